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

/** A part of the screen, in CSS pixels inside the viewer. */
export type ScreenBox = SlideBox;

export type SlideSize = Pick<SlideBox, "width" | "height">;

/** Where the slide stands on the screen: `screen = turned(slide) · scale + offset`. */
export interface SlideToScreen {
  readonly scale: number;
  /** Clockwise, in radians. */
  readonly turn: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

export const slidePoint = (x: number, y: number) => ({ x, y }) as SlidePoint;
export const screenPoint = (x: number, y: number) => ({ x, y }) as ScreenPoint;

export function slideToScreen(point: SlidePoint, view: SlideToScreen): ScreenPoint {
  const { a, b, c, d, e, f } = matrixOf(view);
  return screenPoint(point.x * a + point.y * c + e, point.x * b + point.y * d + f);
}

export function screenToSlide(point: ScreenPoint, view: SlideToScreen): SlidePoint {
  const [x, y] = [(point.x - view.offsetX) / view.scale, (point.y - view.offsetY) / view.scale];
  const [cos, sin] = [Math.cos(view.turn), Math.sin(view.turn)];
  return slidePoint(x * cos + y * sin, y * cos - x * sin);
}

/** What stands in the middle of a window of this size, how large and how turned. */
export interface Stand {
  readonly centre: SlidePoint;
  readonly scale: number;
  readonly turn: number;
}

export function standOf(view: SlideToScreen, window: SlideSize): Stand {
  const centre = screenToSlide(screenPoint(window.width / 2, window.height / 2), view);
  return { centre, scale: view.scale, turn: view.turn };
}

/** How one slide lies beside another: two places that belong together, how much larger, how much more turned. */
export interface Alignment {
  readonly from: SlidePoint;
  readonly to: SlidePoint;
  readonly ratio: number;
  readonly turn: number;
}

/** Turn a stand on one slide into the stand beside it on the other. */
export function beside({ centre, scale, turn }: Stand, alignment: Alignment): Stand {
  const [x, y] = [centre.x - alignment.from.x, centre.y - alignment.from.y];
  const [cos, sin] = [Math.cos(alignment.turn) / alignment.ratio, Math.sin(alignment.turn) / alignment.ratio];
  return {
    centre: slidePoint(alignment.to.x + x * cos + y * sin, alignment.to.y + y * cos - x * sin),
    scale: scale * alignment.ratio,
    turn: turn + alignment.turn,
  };
}

export function degreesOf({ turn }: SlideToScreen): number {
  return (turn * 180) / Math.PI;
}

/** The same as a canvas takes it. */
export function matrixOf({ scale, turn, offsetX, offsetY }: SlideToScreen) {
  const [cos, sin] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  return { a: cos, b: sin, c: -sin, d: cos, e: offsetX, f: offsetY };
}

/** What moves things from where they stood on the screen to where they stand now. */
export function transformBetween(before: SlideToScreen, now: SlideToScreen) {
  const view = { scale: now.scale / before.scale, turn: now.turn - before.turn, offsetX: 0, offsetY: 0 };
  const { a, b, c, d } = matrixOf(view);
  const { offsetX: x, offsetY: y } = before;
  return { a, b, c, d, e: now.offsetX - (x * a + y * c), f: now.offsetY - (x * b + y * d) };
}

/** The box in slide pixels that holds all that is seen in a part of the screen. */
export function visibleBox({ x, y, width, height }: ScreenBox, view: SlideToScreen): SlideBox {
  const corners = [[x, y], [x + width, y], [x + width, y + height], [x, y + height]] as const;
  return boxAround(corners.map(([left, top]) => screenToSlide(screenPoint(left, top), view)));
}

/** Where one leaves a box, going from its centre straight up on the screen. */
export function topOf(box: SlideBox, view: SlideToScreen): ScreenPoint {
  const centre = slideToScreen(centreOf(box), view);
  const [across, down] = [Math.abs(Math.sin(view.turn)), Math.abs(Math.cos(view.turn))];
  const rise = Math.min(box.width / 2 / across, box.height / 2 / down);
  return screenPoint(centre.x, centre.y - rise * view.scale);
}

/** Turn slide pixels into viewport units, for a slide of this width. */
export function slideToViewport(point: SlidePoint, slideWidth: number): ViewportPoint {
  return { x: point.x / slideWidth, y: point.y / slideWidth } as ViewportPoint;
}

export function boundsOf(rings: SlideRings): SlideBox {
  return boxAround((rings[0] ?? []).map(([x, y]) => ({ x, y })));
}

function boxAround(points: readonly { x: number; y: number }[]): SlideBox {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The outline of a whole slide, closed. */
export function slideCorners({ width, height }: SlideSize): SlideRings[number] {
  return [[0, 0], [width, 0], [width, height], [0, height], [0, 0]];
}

/** The area of a polygon in square slide pixels, holes left out. */
export function areaOf(rings: SlideRings): number {
  return rings.reduce((sum, ring, index) => sum + (index === 0 ? 1 : -1) * Math.abs(signedArea(ring)), 0);
}

function signedArea(ring: SlideRings[number]): number {
  const [x0, y0] = ring[0]!; // near the ring, or far out on a slide the products lose digits
  let doubled = 0;
  for (let i = 1; i < ring.length; i++) {
    const [[ax, ay], [bx, by]] = [ring[i - 1]!, ring[i]!];
    doubled += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0);
  }
  return doubled / 2;
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
