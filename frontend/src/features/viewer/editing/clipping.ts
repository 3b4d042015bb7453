import { ClipType, Clipper, FillRule, PolyTree64, type Path64, type Paths64, type PolyPath64 } from "clipper2-ts";
import type { SlideRings } from "../geometry";

/**
 * Polygon booleans by Clipper2, which computes in whole numbers and so never fails on touching edges: one slide pixel
 * is this many of its units.
 */
export const UNITS = 64;

/** Slivers below this, in square slide pixels, are dust of the arithmetic. */
const LEAST_AREA = 1;

type Ring = SlideRings[number];

/** Turn a polygon into Clipper's paths, the exterior wound one way and the holes the other. */
export function pathsOf(rings: SlideRings): Paths64 {
  return rings.map((ring, index) => wound(pathOf(ring), index === 0));
}

function pathOf(ring: Ring): Path64 {
  return ring.slice(0, -1).map(([x, y]) => ({ x: Math.round(x * UNITS), y: Math.round(y * UNITS) }));
}

function wound(path: Path64, positive: boolean): Path64 {
  return Clipper.isPositive(path) === positive ? path : Clipper.reversePath(path);
}

/** Turn one closed path into a ring, which ends where it began. */
export function ringOf(path: Path64): [number, number][] {
  const ring = path.map(({ x, y }): [number, number] => [x / UNITS, y / UNITS]);
  return [...ring, [...ring[0]!]];
}

/** Combine two sets of paths into whole polygons, each with its own holes. */
export function combined(how: ClipType, subject: Paths64, clip: Paths64 = []): SlideRings[] {
  const tree = new PolyTree64();
  Clipper.booleanOpWithPolyTree(how, subject, clip, tree, FillRule.NonZero);
  return childrenOf(tree).flatMap(polygonsUnder);
}

function polygonsUnder(exterior: PolyPath64): SlideRings[] {
  const holes = childrenOf(exterior);
  const islands = holes.flatMap(childrenOf).flatMap(polygonsUnder);
  if (!isLarge(exterior)) return islands;
  return [[exterior, ...holes.filter(isLarge)].map(({ poly }) => ringOf(poly!)), ...islands];
}

function childrenOf(node: PolyPath64): PolyPath64[] {
  return Array.from({ length: node.count }, (_, index) => node.child(index));
}

function isLarge({ poly }: PolyPath64): boolean {
  return Math.abs(Clipper.area(poly!)) >= LEAST_AREA * UNITS ** 2;
}

export { ClipType };
