import { useEffect, useRef } from "react";
import { comboOf } from "./combo";
import { keysOf, useMapping } from "./mapping";
import type { KeyId, KeyTable } from "./table";

/** What keys do. What answers false has left the event to others. */
export type Acts = Partial<Record<KeyId, (event: KeyboardEvent) => unknown>>;

/** Listen to the keys of some actions, wherever one does not type and no dialog is open. */
export function useKeys(acts: Acts, active = true): void {
  const latest = useRef(acts);
  useEffect(() => {
    latest.current = acts;
  });
  useEffect(() => {
    if (!active) return;
    const listen = (event: KeyboardEvent) => {
      const id = isElsewhere(event) ? null : meant(event, latest.current, keysOf(useMapping.getState()));
      if (id && latest.current[id]!(event) !== false) event.preventDefault();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [active]);
}

function meant(event: KeyboardEvent, acts: Acts, keys: KeyTable): KeyId | null {
  const combo = comboOf(event);
  return combo === null ? null : ((Object.keys(acts) as KeyId[]).find((id) => keys[id].includes(combo)) ?? null);
}

const MOVES = /^(Arrow.*|Home|End|PageUp|PageDown|Enter| )$/;

/** Whether a key goes to something else than the page: to a field, a choice, a dialog. */
function isElsewhere({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("[aria-modal='true']") || isField(target) || isAnswer(target)) return true;
  return target.closest("input, [role='slider'], [role='tab'], [role^='menuitem']") !== null && MOVES.test(key);
}

/** Whether one answers a question of a form there, and does not set how the slide is shown. */
function isAnswer(target: HTMLElement): boolean {
  return target.matches("input") && target.closest("form, fieldset") !== null;
}

/** Whether one types there. */
export function isField(target: HTMLElement): boolean {
  return target.isContentEditable || target.closest("textarea, select, input:not([type=checkbox], [type=radio], [type=range])") !== null;
}
