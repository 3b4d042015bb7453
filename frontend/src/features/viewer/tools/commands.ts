import { withoutHoles } from "../editing/combine";
import { each } from "./applied";
import { merged } from "./merge";
import type { Answer, Bench } from "./tool";

export type Command = "fillHoles" | "delete" | "merge";

/** What is done to the selected shapes at once. */
export const COMMANDS: Record<Command, (bench: Bench) => Answer> = {
  fillHoles(bench) {
    const holed = bench.selected.filter(({ rings }) => rings.length > 1);
    return holed.length === 0 ? { refused: "noHoles" } : each(holed, (rings) => [withoutHoles(rings)], bench);
  },
  delete: (bench) => (bench.selected.length === 0 ? { refused: "nothingThere" } : each(bench.selected, () => [], bench)),
  merge: (bench) => merged(bench.selected, bench),
};
