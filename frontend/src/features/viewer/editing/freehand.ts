import { Clipper } from "clipper2-ts";
import type { SlidePoint, SlideRings, SlideSize } from "../geometry";
import { ClipType, combined, UNITS } from "./clipping";
import { onSlide } from "./combine";

/** Make polygons of a drawn line: closed, loops filled, crossings resolved, cut at the edge of the slide. */
export function drawnArea(line: readonly SlidePoint[], slide: SlideSize): SlideRings[] {
  if (line.length < 3) return [];
  const path = line.map(({ x, y }) => ({ x: Math.round(x * UNITS), y: Math.round(y * UNITS) }));
  return onSlide(combined(ClipType.Union, [path]), slide);
}

/** Leave out the points of a shaky hand that stray less than `tolerance` slide pixels. */
export function simplified(line: readonly SlidePoint[], tolerance: number): SlidePoint[] {
  if (line.length < 4) return [...line];
  return Clipper.simplifyPathD([...line], tolerance, false) as SlidePoint[];
}
