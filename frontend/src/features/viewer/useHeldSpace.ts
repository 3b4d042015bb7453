import { useEffect } from "react";
import { comboOf } from "@/lib/keys/combo";
import { keysOf, useMapping } from "@/lib/keys/mapping";
import { isField } from "@/lib/keys/useKeys";
import { useViewerStore } from "./context";
import { peek } from "./store";

/** Hide what lies over the tissue while Space is held, except where one types, or has gone by Tab to what Space presses. */
export function useHeldSpace(active: boolean): void {
  const store = useViewerStore();
  useEffect(() => {
    if (!active) return;
    const listening = new AbortController();
    let walksByTab = false;
    let held: string | null = null;

    function press(event: KeyboardEvent): void {
      const target = event.target as HTMLElement;
      if (event.key === "Tab") walksByTab = true;
      if (!keysOf(useMapping.getState()).hide.includes(comboOf(event) ?? "")) return;
      const presses = isElsewhere(target) || (event.key === " " && walksByTab && !isOnSlide(target));
      if (presses) return;
      event.preventDefault();
      held = event.code;
      peek(store, true);
    }

    function release(event: KeyboardEvent): void {
      if (event.code !== held) return;
      event.preventDefault(); // or Space presses the button that has the focus
      held = null;
      peek(store, false);
    }

    window.addEventListener("pointerdown", () => (walksByTab = false), listening);
    window.addEventListener("keydown", press, listening);
    window.addEventListener("keyup", release, listening);
    window.addEventListener("blur", () => peek(store, false), listening);
    return () => {
      peek(store, false);
      listening.abort();
    };
  }, [store, active]);
}

function isElsewhere(target: HTMLElement): boolean {
  return isField(target) || target.closest("input[type=radio], [role='dialog']") !== null;
}

/** Whether keys go to the slide: to nothing else, that is. */
export function isOnSlide(target: HTMLElement): boolean {
  return target === document.body || target.closest("[role='application']") !== null;
}
