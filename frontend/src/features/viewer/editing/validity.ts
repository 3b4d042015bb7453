import type { SlideRings, SlideSize } from "../geometry";
import { crossing } from "./segments";

/** Why a polygon cannot be kept. */
export type Flaw = "tooFewPoints" | "crossesItself" | "outsideSlide";

/** Say what is wrong with a polygon; null where nothing is. */
export function flawOf(rings: SlideRings, slide: SlideSize): Flaw | null {
  if (rings.length === 0 || rings.some((ring) => pointsIn(ring) < 3)) return "tooFewPoints";
  if (rings.flat().some(([x, y]) => x < 0 || y < 0 || x > slide.width || y > slide.height)) return "outsideSlide";
  return crossesItself(rings) ? "crossesItself" : null;
}

function pointsIn(ring: SlideRings[number]): number {
  return new Set(ring.map(String)).size;
}

interface Edge {
  readonly ring: SlideRings[number];
  readonly a: { x: number; y: number };
  readonly b: { x: number; y: number };
  readonly left: number;
  readonly right: number;
}

/** Compare each edge with those that overlap it from left to right; neighbours share a corner and do not count. */
function crossesItself(rings: SlideRings): boolean {
  const edges = rings.flatMap(edgesOf).toSorted((one, other) => one.left - other.left);
  return edges.some((edge, index) => {
    for (let next = index + 1; next < edges.length && edges[next]!.left <= edge.right; next++) {
      if (cross(edge, edges[next]!)) return true;
    }
    return false;
  });
}

function edgesOf(ring: SlideRings[number]): Edge[] {
  return ring.slice(1).map(([x, y], index) => {
    const [x0, y0] = ring[index]!;
    return { ring, a: { x: x0, y: y0 }, b: { x, y }, left: Math.min(x0, x), right: Math.max(x0, x) };
  });
}

/** Say whether two edges cross. A ring may touch another, but not itself. */
function cross(one: Edge, other: Edge): boolean {
  const point = crossing(one.a, one.b, other.a, other.b);
  if (point === null) return false;
  const ends = [one, other].filter((edge) => isEnd(point, edge)).length;
  return ends === 0 || (ends === 1 && one.ring === other.ring);
}

function isEnd(point: { x: number; y: number }, { a, b }: Edge): boolean {
  return [a, b].some((end) => Math.hypot(end.x - point.x, end.y - point.y) < 1e-6);
}
