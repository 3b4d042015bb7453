import type { KeyboardEvent } from "react";

/** Let arrows move a choice or a slider here, not the slide. */
export function keepArrows(event: KeyboardEvent): void {
  if (event.key.startsWith("Arrow")) event.stopPropagation();
}
