import type { Slide } from "@/api/types";

/** The slides that were chosen, by id; the rows are those that were seen last. */
export type Selection = ReadonlyMap<string, Slide>;

export const NOTHING: Selection = new Map();

/** Choose slides, or choose them no longer where all of them are chosen. */
export function toggled(selection: Selection, slides: readonly Slide[]): Selection {
  const chosen = new Map(selection);
  const all = slides.every((one) => selection.has(one.id));
  for (const one of slides) {
    if (all) chosen.delete(one.id);
    else chosen.set(one.id, one);
  }
  return chosen;
}

/** Whether all, some or none of the slides are chosen. */
export function shareChosen(selection: Selection, slides: readonly Slide[]): "all" | "some" | "none" {
  const count = slides.filter((one) => selection.has(one.id)).length;
  if (count === 0) return "none";
  return count === slides.length ? "all" : "some";
}

/** Show what is known now of the slides that were chosen. */
export function refreshed(selection: Selection, slides: readonly Slide[]): Slide[] {
  const now = new Map(slides.map((one) => [one.id, one]));
  return [...selection.values()].map((one) => now.get(one.id) ?? one);
}
