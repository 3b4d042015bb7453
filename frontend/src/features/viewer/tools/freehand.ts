import { drawnArea, simplified } from "../editing/freehand";
import { applied, modeOf } from "./applied";
import { dragged } from "./dragged";
import { toneOf } from "./tone";
import type { Tool } from "./tool";

/** How much of the reach a hand may tremble. */
const TREMOR = 0.15;

/** Draw an outline in one go; it closes itself. */
export function freehand(): Tool {
  return dragged({
    show: (line, first, bench) => ({ tone: toneOf(first, bench), line, areas: [[[...line, line[0]!].map(({ x, y }) => [x, y])]] }),
    finish: (line, first, bench) =>
      applied(drawnArea(simplified(line, bench.reach * TREMOR), bench.slide), modeOf(first, bench), bench),
  });
}
