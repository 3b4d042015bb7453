import type { SlidePoint, SlideRings } from "../geometry";
import { nearestOn, distance } from "./segments";

type Vertex = readonly [number, number];

/** A vertex of a polygon: which ring, and which point of it; the point that closes a ring is its first. */
export interface VertexAt {
  readonly ring: number;
  readonly index: number;
}

export function moveVertex(rings: SlideRings, at: VertexAt, to: SlidePoint): SlideRings {
  return changed(rings, at.ring, (points) => points.with(at.index, [to.x, to.y]));
}

/** Put a vertex before `at.index`. */
export function addVertex(rings: SlideRings, at: VertexAt, to: SlidePoint): SlideRings {
  return changed(rings, at.ring, (points) => points.toSpliced(at.index, 0, [to.x, to.y]));
}

/** Take a vertex away: of a triangle the whole ring goes; null once nothing is left. */
export function deleteVertex(rings: SlideRings, at: VertexAt): SlideRings | null {
  if (rings[at.ring]!.length > 4) return changed(rings, at.ring, (points) => points.toSpliced(at.index, 1));
  return at.ring === 0 ? null : rings.toSpliced(at.ring, 1);
}

/** Find the vertex within reach of a point. */
export function vertexNear(rings: SlideRings, point: SlidePoint, reach: number): VertexAt | null {
  return nearestOf(rings, reach, (ring, index) => distance(asPoint(ring[index]!), point));
}

/** Find the edge within reach of a point: where a new vertex would go. */
export function edgeNear(rings: SlideRings, point: SlidePoint, reach: number): VertexAt | null {
  const found = nearestOf(rings, reach, (ring, index) => {
    return distance(nearestOn(asPoint(ring[index]!), asPoint(ring[index + 1]!), point), point);
  });
  return found && { ...found, index: found.index + 1 };
}

function nearestOf(rings: SlideRings, reach: number, far: (ring: readonly Vertex[], index: number) => number): VertexAt | null {
  let [best, least]: [VertexAt | null, number] = [null, reach];
  rings.forEach((points, ring) => {
    for (let index = 0; index < points.length - 1; index++) {
      const away = far(points, index);
      if (away <= least) [best, least] = [{ ring, index }, away];
    }
  });
  return best;
}

function changed(rings: SlideRings, ring: number, change: (open: Vertex[]) => Vertex[]): SlideRings {
  const points = change(rings[ring]!.slice(0, -1));
  return rings.with(ring, [...points, points[0]!]);
}

const asPoint = ([x, y]: Vertex) => ({ x, y });
