import { useEffect } from "react";

/** The worklist's keys: / searches, arrows move between rows, → and ← unfold and fold a case, x chooses. */
export function useWorklistKeys(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event.target)) return;
      if (act(event.key)) event.preventDefault();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}

/** Whether the key is another's: of a field, a menu or a dialog. */
function isElsewhere(target: EventTarget | null): boolean {
  const element = target instanceof Element ? target : null;
  const field = element?.closest("input:not([type=checkbox]), textarea, [contenteditable], [role=menu], [role=listbox]");
  return Boolean(field ?? document.querySelector("[role=dialog]"));
}

function act(key: string): boolean {
  switch (key) {
    case "/":
      return focus(document.querySelector<HTMLElement>("[data-worklist-search]"));
    case "ArrowDown":
      return move(1);
    case "ArrowUp":
      return move(-1);
    case "ArrowRight":
      return press("[data-fold][aria-expanded=false]");
    case "ArrowLeft":
      return press("[data-fold][aria-expanded=true]");
    case "x":
      return press("input[type=checkbox]");
    default:
      return false;
  }
}

/** Focus what opens the next row, or the one before. */
function move(step: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-worklist-row]")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? rows[step > 0 ? 0 : rows.length - 1] : rows[at + step];
  return focus(next?.querySelector<HTMLElement>("[data-opens-row]"));
}

function press(selector: string): boolean {
  const row = document.activeElement?.closest("[data-worklist-row]");
  const found = row?.querySelector<HTMLElement>(selector);
  found?.click();
  return Boolean(found);
}

function focus(element: HTMLElement | null | undefined): boolean {
  element?.focus({ preventScroll: true });
  (element?.closest("[data-worklist-row]") ?? element)?.scrollIntoView({ block: "nearest" });
  return Boolean(element);
}
