import { Clipper, EndType, JoinType, type Path64 } from "clipper2-ts";
import type { SlidePoint, SlideRings } from "../geometry";
import { ClipType, combined, UNITS } from "./clipping";

/** How far a drawn circle may stray from a true one, in radii. */
const ROUNDNESS = 1 / 200;
/** How far the path may be straightened, in radii. */
const STEADINESS = 1 / 40;

/** The area that a disc covers on its way along a path; a loop leaves a hole. */
export function brushStroke(path: readonly SlidePoint[], radius: number): SlideRings[] {
  if (path.length === 0 || radius <= 0) return [];
  const steady = Clipper.simplifyPath(distinct(path), radius * STEADINESS * UNITS, false);
  const arc = Math.max(1, radius * ROUNDNESS * UNITS);
  return combined(ClipType.Union, Clipper.inflatePaths([steady], radius * UNITS, JoinType.Round, EndType.Round, 2, arc));
}

function distinct(path: readonly SlidePoint[]): Path64 {
  return Clipper.stripDuplicates(path.map(({ x, y }) => ({ x: Math.round(x * UNITS), y: Math.round(y * UNITS) })), false);
}
