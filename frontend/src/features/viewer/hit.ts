import { contains, screenToSlide, slidePoint, slideToScreen, type ScreenPoint, type SlideToScreen } from "./geometry";
import type { Outline } from "./outlines";

const LABEL_REACH = 14;
const LABEL_RISE = 13;

/** Find the lesion under a point on the screen: by its number first, then by its area, the smallest first. */
export function outlineAt(point: ScreenPoint, outlines: readonly Outline[], view: SlideToScreen): Outline | null {
  const labelled = outlines.find((outline) => isOnLabel(point, outline, view));
  if (labelled) return labelled;
  const there = screenToSlide(point, view);
  const under = outlines.filter((outline) => contains(outline.rings, there));
  const size = ({ bounds }: Outline) => bounds.width * bounds.height;
  return under.reduce<Outline | null>((least, one) => (least && size(least) <= size(one) ? least : one), null);
}

function isOnLabel(point: ScreenPoint, { bounds }: Outline, view: SlideToScreen): boolean {
  const top = slideToScreen(slidePoint(bounds.x + bounds.width / 2, bounds.y), view);
  return Math.hypot(point.x - top.x, point.y - (top.y - LABEL_RISE)) < LABEL_REACH;
}
