import { drawnArea } from "../editing/freehand";
import { applied, modeOf } from "./applied";
import { pointByPoint } from "./points";
import { toneOf } from "./tone";
import type { Tool } from "./tool";

/** Set corners by clicks. */
export function polygon(): Tool {
  return pointByPoint({
    show: (points, step, bench) => ({
      tone: toneOf(step, bench),
      line: points,
      handles: points,
      areas: points.length > 2 ? [[[...points, points[0]!].map(({ x, y }) => [x, y])]] : [],
    }),
    finish: (points, step, bench) => applied(drawnArea(points, bench.slide), step ? modeOf(step, bench) : bench.mode, bench),
  });
}
