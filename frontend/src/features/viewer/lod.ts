import type { SlideRings } from "./geometry";

/** Points nearer than this on the screen, in pixels, count as one: finer than the line is wide. */
const UNSEEN_PX = 1.5;

const kept = new WeakMap<SlideRings, Map<number, SlideRings>>();

/** The points of a polygon that matter at this scale; every ring stays, however small. */
export function detailed(rings: SlideRings, scale: number): SlideRings {
  const level = Math.floor(Math.log2(UNSEEN_PX / scale));
  if (level < 0) return rings;
  const levels = kept.get(rings) ?? new Map<number, SlideRings>();
  kept.set(rings, levels);
  const known = levels.get(level) ?? rings.map((ring) => thinned(ring, 2 ** level));
  levels.set(level, known);
  return known;
}

/** Leave out points that are nearer than `least` to the one kept before. */
function thinned(ring: SlideRings[number], least: number): SlideRings[number] {
  const points = [ring[0]!];
  for (const point of ring.slice(1, -1)) {
    const last = points.at(-1)!;
    if (Math.abs(point[0] - last[0]) + Math.abs(point[1] - last[1]) >= least) points.push(point);
  }
  return [...points, ring[0]!];
}
