import { overlaps, screenPoint, screenToSlide, slidePoint, slideToScreen, type SlideBox, type SlideRings, type SlideToScreen } from "./geometry";
import { GLAND_STROKE, STROKES, type Outline } from "./outlines";
import { screenPath } from "./paths";

export interface Scene {
  readonly outlines: readonly Outline[];
  readonly glands: readonly SlideRings[];
  readonly selected: string | null;
  readonly hovered: string | null;
}

/** Draw what lies in view onto a canvas that covers the viewer; sharp on dense screens. */
export function drawScene(canvas: HTMLCanvasElement, view: SlideToScreen, scene: Scene): void {
  const context = prepared(canvas);
  if (!context) return;
  scene.glands.forEach((gland) => drawGland(context, gland, view));
  const visible = inView(canvas, view);
  const shown = scene.outlines.filter((outline) => overlaps(outline.bounds, visible));
  const rank = ({ id }: Outline) => (id === scene.selected ? 2 : id === scene.hovered ? 1 : 0);
  shown.toSorted((one, other) => rank(one) - rank(other)).forEach((one) => drawOutline(context, one, view, rank(one)));
}

export function clear(canvas: HTMLCanvasElement): void {
  prepared(canvas);
}

/** Match the canvas to its element and to the density of the screen, and wipe it. */
function prepared(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  const density = window.devicePixelRatio || 1;
  const [width, height] = [Math.round(canvas.clientWidth * density), Math.round(canvas.clientHeight * density)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  context?.setTransform(density, 0, 0, density, 0, 0);
  context?.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
  return context;
}

function inView(canvas: HTMLCanvasElement, view: SlideToScreen): SlideBox {
  const { x, y } = screenToSlide(screenPoint(0, 0), view);
  return { x, y, width: canvas.clientWidth / view.scale, height: canvas.clientHeight / view.scale };
}

function drawGland(context: CanvasRenderingContext2D, gland: SlideRings, view: SlideToScreen): void {
  const path = screenPath(gland, view);
  stroke(context, path, "rgb(255 255 255 / 70%)", 2.5, []);
  stroke(context, path, GLAND_STROKE.colour, GLAND_STROKE.width, GLAND_STROKE.dash);
}

/** Draw one lesion: a white rim for contrast, its colour, its number. `rank`: 1 hovered, 2 selected. */
function drawOutline(context: CanvasRenderingContext2D, outline: Outline, view: SlideToScreen, rank: number): void {
  const { colour, width, dash } = STROKES[outline.look];
  context.globalAlpha = outline.dimmed && rank === 0 ? 0.4 : 1;
  const path = screenPath(outline.rings, view);
  stroke(context, path, "rgb(255 255 255 / 85%)", width + 2.5 + rank * 1.5, []);
  stroke(context, path, colour, width + rank, dash);
  const { x, y, width: across } = outline.bounds;
  drawLabel(context, outline.label, colour, slideToScreen(slidePoint(x + across / 2, y), view), rank);
}

function stroke(context: CanvasRenderingContext2D, path: Path2D, colour: string, width: number, dash: readonly number[]): void {
  context.lineJoin = "round";
  context.setLineDash([...dash]);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke(path);
}

export const LABEL_HEIGHT = 18;

function drawLabel(context: CanvasRenderingContext2D, label: string, colour: string, top: { x: number; y: number }, rank: number): void {
  context.font = "600 11px 'Inter Variable', system-ui, sans-serif";
  const width = Math.max(LABEL_HEIGHT, context.measureText(label).width + 10);
  const [left, above] = [top.x - width / 2, top.y - LABEL_HEIGHT - 4];
  context.setLineDash([]);
  context.beginPath();
  context.roundRect(left, above, width, LABEL_HEIGHT, LABEL_HEIGHT / 2);
  context.fillStyle = rank === 2 ? colour : "#ffffff";
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.stroke();
  context.fillStyle = rank === 2 && colour !== STROKES.undecided.colour ? "#ffffff" : "#1b2430";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(label, top.x, above + LABEL_HEIGHT / 2 + 0.5);
}
