import { contains, screenToSlide, topOf, visibleBox, type ScreenPoint, type SlideBox, type SlideToScreen } from "./geometry";
import type { Shape } from "./outlines";
import type { ShapeIndex } from "./shapeIndex";

const LABEL_REACH = 14;
const LABEL_RISE = 13;

/** Find the shape under a point on the screen: by its number first, then by its area, the smallest first. */
export function shapeAt<Kind extends Shape>(point: ScreenPoint, shapes: ShapeIndex<Kind>, view: SlideToScreen): Kind | null {
  const labelled = shapes.within(belowLabel(point, view)).find((shape) => isOnLabel(point, shape, view));
  if (labelled) return labelled;
  const there = screenToSlide(point, view);
  const under = shapes.within({ ...there, width: 0, height: 0 }).filter(({ rings }) => contains(rings, there));
  const size = ({ bounds }: Shape) => bounds.width * bounds.height;
  return under.reduce<Kind | null>((least, one) => (least && size(least) <= size(one) ? least : one), null);
}

/** Where a shape must begin whose number may be under the point. */
function belowLabel({ x, y }: ScreenPoint, view: SlideToScreen): SlideBox {
  const side = 2 * LABEL_REACH;
  return visibleBox({ x: x - LABEL_REACH, y: y + LABEL_RISE - LABEL_REACH, width: side, height: side }, view);
}

function isOnLabel(point: ScreenPoint, shape: Shape, view: SlideToScreen): boolean {
  if (!("label" in shape)) return false;
  const top = topOf(shape.bounds, view);
  return Math.hypot(point.x - top.x, point.y - (top.y - LABEL_RISE)) < LABEL_REACH;
}
