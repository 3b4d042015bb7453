import { useEffect } from "react";
import { useViewerStore } from "./context";
import { peek } from "./store";

/** Hide the outlines while Space is held, except where one types, or has gone by Tab to what Space presses. */
export function useHeldSpace(active: boolean): void {
  const store = useViewerStore();
  useEffect(() => {
    if (!active) return;
    const listening = new AbortController();
    let walksByTab = false;

    function hold(event: KeyboardEvent, peeking: boolean): void {
      if (event.key === "Tab") walksByTab = true;
      if (event.code !== "Space") return;
      const presses = isTyping(event.target as HTMLElement) || (walksByTab && !isOnSlide(event.target as HTMLElement));
      if (!presses) event.preventDefault();
      peek(store, peeking && !presses);
    }

    window.addEventListener("pointerdown", () => (walksByTab = false), listening);
    window.addEventListener("keydown", (event) => hold(event, true), listening);
    window.addEventListener("keyup", (event) => hold(event, false), listening);
    window.addEventListener("blur", () => peek(store, false), listening);
    return () => {
      peek(store, false);
      listening.abort();
    };
  }, [store, active]);
}

function isTyping(target: HTMLElement): boolean {
  return target.closest("input:not([type=checkbox]), textarea, select, [role='dialog']") !== null;
}

/** Whether keys go to the slide: to nothing else, that is. */
export function isOnSlide(target: HTMLElement): boolean {
  return target === document.body || target.closest("[role='application']") !== null;
}
