/**
 * Points and the frames they live in; the only place where one becomes another.
 *
 * - slide: level-0 pixels, origin at the top left
 * - viewport: OpenSeadragon's own units, in which the slide is 1 wide
 * - screen: CSS pixels inside the viewer element
 */
declare const frame: unique symbol;

interface Point<Frame extends string> {
  readonly x: number;
  readonly y: number;
  readonly [frame]: Frame;
}

export type SlidePoint = Point<"slide">;
export type ViewportPoint = Point<"viewport">;
export type ScreenPoint = Point<"screen">;

export interface SlideBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A polygon as GeoJSON writes it, in slide pixels: the exterior ring, then the holes. */
export type SlideRings = readonly (readonly (readonly [number, number])[])[];

/** Where the slide stands on the screen: `screen = slide · scale + offset`. */
export interface SlideToScreen {
  readonly scale: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

export const slidePoint = (x: number, y: number) => ({ x, y }) as SlidePoint;
export const screenPoint = (x: number, y: number) => ({ x, y }) as ScreenPoint;

export function slideToScreen(point: SlidePoint, view: SlideToScreen): ScreenPoint {
  return screenPoint(point.x * view.scale + view.offsetX, point.y * view.scale + view.offsetY);
}

export function screenToSlide(point: ScreenPoint, view: SlideToScreen): SlidePoint {
  return slidePoint((point.x - view.offsetX) / view.scale, (point.y - view.offsetY) / view.scale);
}

/** Turn slide pixels into viewport units, for a slide of this width. */
export function slideToViewport(point: SlidePoint, slideWidth: number): ViewportPoint {
  return { x: point.x / slideWidth, y: point.y / slideWidth } as ViewportPoint;
}

export function boundsOf(rings: SlideRings): SlideBox {
  const exterior = rings[0] ?? [];
  const xs = exterior.map(([x]) => x);
  const ys = exterior.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { x: left, y: top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}

export function centreOf(box: SlideBox): SlidePoint {
  return slidePoint(box.x + box.width / 2, box.y + box.height / 2);
}

/** Grow a box about its centre, to at least `least` slide pixels on each side. */
export function grown(box: SlideBox, factor: number, least: number): SlideBox {
  const centre = centreOf(box);
  const [width, height] = [Math.max(box.width * factor, least), Math.max(box.height * factor, least)];
  return { x: centre.x - width / 2, y: centre.y - height / 2, width, height };
}

export function overlaps(box: SlideBox, other: SlideBox): boolean {
  return (
    box.x <= other.x + other.width &&
    other.x <= box.x + box.width &&
    box.y <= other.y + other.height &&
    other.y <= box.y + box.height
  );
}

/** Say whether a point lies in a polygon, holes left out (even-odd rule over all rings). */
export function contains(rings: SlideRings, point: SlidePoint): boolean {
  return rings.reduce((inside, ring) => (crossings(ring, point) % 2 === 1 ? !inside : inside), false);
}

function crossings(ring: SlideRings[number], { x, y }: SlidePoint): number {
  let count = 0;
  for (let i = 1; i < ring.length; i++) {
    const [x0, y0] = ring[i - 1]!;
    const [x1, y1] = ring[i]!;
    if (y0 > y !== y1 > y && x < x0 + ((y - y0) * (x1 - x0)) / (y1 - y0)) count++;
  }
  return count;
}
