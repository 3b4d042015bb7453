import { slideCorners, type SlideRings, type SlideSize } from "../geometry";
import { ClipType, combined, pathsOf } from "./clipping";

const allPaths = (shapes: readonly SlideRings[]) => shapes.flatMap(pathsOf);

/** Put polygons together; those that touch become one. */
export function union(...shapes: readonly SlideRings[]): SlideRings[] {
  return combined(ClipType.Union, allPaths(shapes));
}

/** Take areas away from a polygon: nothing, one part or several are left. */
export function difference(from: SlideRings, away: readonly SlideRings[]): SlideRings[] {
  return combined(ClipType.Difference, pathsOf(from), allPaths(away));
}

export function intersection(one: SlideRings, others: readonly SlideRings[]): SlideRings[] {
  return combined(ClipType.Intersection, pathsOf(one), allPaths(others));
}

export function touches(one: SlideRings, areas: readonly SlideRings[]): boolean {
  return intersection(one, areas).length > 0;
}

/** Cut off what hangs over the edge of the slide. */
export function onSlide(shapes: readonly SlideRings[], slide: SlideSize): SlideRings[] {
  return shapes.flatMap((shape) => intersection(shape, [[slideCorners(slide)]]));
}

export function withoutHoles(rings: SlideRings): SlideRings {
  return rings.slice(0, 1);
}
