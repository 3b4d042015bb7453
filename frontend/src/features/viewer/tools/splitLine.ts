import { simplified } from "../editing/freehand";
import { split } from "../editing/split";
import { each } from "./applied";
import { dragged } from "./dragged";
import type { Tool } from "./tool";

const TREMOR = 0.15;

/** Cut along a drawn line: the selected shapes, or any that it crosses where none is selected. */
export function splitLine(): Tool {
  return dragged({
    show: (line) => ({ tone: "subtract", line }),
    finish(line, _, bench) {
      const cut = simplified(line, bench.reach * TREMOR);
      const asked = bench.selected.length > 0 ? bench.selected : bench.shapes;
      const parted = asked.filter(({ rings }) => split(rings, cut).length > 1);
      if (parted.length === 0) return { preview: null, refused: "notCut" };
      return each(parted, (rings) => split(rings, cut), bench);
    },
  });
}
