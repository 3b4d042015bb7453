import { Clipper, EndType, FillRule, JoinType, type Path64, type Paths64, type Point64 } from "clipper2-ts";
import type { SlidePoint, SlideRings } from "../geometry";
import { ClipType, combined, pathsOf, UNITS } from "./clipping";
import { crossing, distance, nearestOn } from "./segments";

/** Half the width of the slit that finds the parts, in Clipper's units; it is closed again afterwards. */
const SLIT = 2;
const REACH = 4 * SLIT;

/** Cut a polygon along an open line; the polygon itself comes back where the line does not cut it through. */
export function split(rings: SlideRings, line: readonly SlidePoint[]): SlideRings[] {
  const cut = line.map(({ x, y }) => ({ x: Math.round(x * UNITS), y: Math.round(y * UNITS) }));
  if (cut.length < 2) return [rings];
  const shape = pathsOf(rings);
  const slit = Clipper.inflatePaths([cut], SLIT, JoinType.Miter, EndType.Square);
  const parts = combined(ClipType.Difference, shape, Clipper.union(slit, FillRule.NonZero));
  if (parts.length < 2) return [rings];
  const nodes = [...cut, ...meetings(cut, shape)];
  return parts.flatMap((part) => combined(ClipType.Union, pathsOf(part).map((path) => closedUp(path, cut, nodes))));
}

/** Pull the two sides of the slit back onto the line, to the same points on both. */
function closedUp(path: Path64, cut: Path64, nodes: readonly Point64[]): Path64 {
  return path.map((vertex) => {
    const onCut = nearest(edges(cut, false).map(([a, b]) => nearestOn(a, b, vertex)), vertex);
    if (distance(onCut, vertex) > REACH / 2) return vertex;
    const node = nearest(nodes, vertex);
    return rounded(distance(node, vertex) <= REACH ? node : onCut);
  });
}

/** Where the line meets the outline, and itself. */
function meetings(cut: Path64, shape: Paths64): Point64[] {
  const cuts = edges(cut, false);
  const outline = shape.flatMap((path) => edges(path, true));
  const found = cuts.flatMap(([a, b]) => [...outline, ...cuts].map(([c, d]) => crossing(a, b, c, d)));
  return found.filter((point) => point !== null).map(rounded);
}

function edges(path: Path64, closed: boolean): [Point64, Point64][] {
  const ends = closed ? [...path.slice(1), path[0]!] : path.slice(1);
  return ends.map((end, index) => [path[index]!, end]);
}

function nearest(points: readonly Point64[], to: Point64): Point64 {
  return points.reduce((best, one) => (distance(one, to) < distance(best, to) ? one : best));
}

const rounded = ({ x, y }: Point64): Point64 => ({ x: Math.round(x), y: Math.round(y) });
