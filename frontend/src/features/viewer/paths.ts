import { matrixOf, type SlideRings, type SlideToScreen } from "./geometry";

const made = new WeakMap<SlideRings, Path2D>();

/** The path of a polygon in slide pixels, made once. */
function slidePath(rings: SlideRings): Path2D {
  const known = made.get(rings);
  if (known) return known;
  const path = new Path2D();
  for (const ring of rings) {
    ring.forEach(([x, y], index) => (index === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
    path.closePath();
  }
  made.set(rings, path);
  return path;
}

/** The path of a polygon where it stands on the screen, so that strokes keep their width at every zoom. */
export function screenPath(rings: SlideRings, view: SlideToScreen): Path2D {
  const path = new Path2D();
  path.addPath(slidePath(rings), matrixOf(view));
  return path;
}
