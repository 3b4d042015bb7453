import { painted } from "./painted";
import type { Tool } from "./tool";

/** Rub away what lies under the stroke: of the selected shapes, or of any where none is selected. */
export function eraser(): Tool {
  return painted(() => "subtract");
}
