import { drawnArea } from "../editing/freehand";
import { areaOf, boundsOf, centreOf, type SlidePoint, type SlideRings } from "../geometry";
import { areaLabel } from "../measure";
import { pointByPoint } from "./points";
import type { Bench, Preview, Tool } from "./tool";

/** Measure an area, set corner by corner, in square millimetres. */
export function measureArea(): Tool {
  return pointByPoint({
    show: measured,
    finish: (points, step, bench) => ({ preview: { ...measured(points, step, bench), handles: [] } }),
  });
}

function measured(points: readonly SlidePoint[], _: unknown, { slide, mpp }: Bench): Preview {
  const areas = drawnArea(points, slide);
  const label = mpp && areas.length > 0 && { at: centreOf(boundsOf(areas[0]!)), text: labelOf(areas, mpp) };
  return { tone: "measure", line: points, handles: points, areas, ...(label && { label }) };
}

function labelOf(areas: readonly SlideRings[], mpp: { x: number; y: number }): string {
  return areaLabel(areas.reduce((sum, rings) => sum + areaOf(rings), 0) * mpp.x * mpp.y);
}
