import { slidePoint, slideToScreen, type SlidePoint, type SlideRings, type SlideToScreen } from "./geometry";
import { strokeRimmed, strokeWith, trace } from "./trace";
import type { Preview, Tone } from "./tools/tool";

const COLOURS: Record<Tone, string> = { draw: "#0b6bcb", subtract: "#c2410c", wrong: "#d11a2a", measure: "#111827" };
const HANDLE = 4;

/** Draw what a tool shows while it is at work. */
export function drawPreview(context: CanvasRenderingContext2D, view: SlideToScreen, preview: Preview): void {
  const colour = COLOURS[preview.tone];
  const { areas = [], line = [], width, handles = [], circle, label } = preview;
  if (areas.length > 0) drawAreas(context, areas, colour, view);
  if (line.length > 0) drawLine(context, line, colour, width, view);
  drawHandles(context, handles, colour, view);
  if (circle) drawCircle(context, circle, colour, view);
  if (label) drawText(context, label.text, slideToScreen(label.at, view));
}

/** Mark the vertices of a polygon, the closing one once. */
export function drawVertices(context: CanvasRenderingContext2D, rings: SlideRings, view: SlideToScreen): void {
  const points = rings.flatMap((ring) => ring.slice(0, -1).map(([x, y]) => slidePoint(x, y)));
  drawHandles(context, points, COLOURS.draw, view);
}

function drawAreas(context: CanvasRenderingContext2D, areas: readonly SlideRings[], colour: string, view: SlideToScreen): void {
  trace(context, areas, view);
  context.globalAlpha = 0.18;
  context.fillStyle = colour;
  context.fill("evenodd");
  context.globalAlpha = 1;
  strokeWith(context, { colour, width: 1.5, dash: [] });
}

/** A hair for a line; what a brush has covered for a wide one. */
function drawLine(context: CanvasRenderingContext2D, line: readonly SlidePoint[], colour: string, width: number | undefined, view: SlideToScreen): void {
  context.beginPath();
  line.map((point) => slideToScreen(point, view)).forEach(({ x, y }, index) => (index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  if (line.length === 1) context.lineTo(slideToScreen(line[0]!, view).x + 0.01, slideToScreen(line[0]!, view).y);
  if (width === undefined) return strokeRimmed(context, { colour, width: 2, dash: [] }, 2);
  context.globalAlpha = 0.35;
  strokeWith(context, { colour, width: width * view.scale, dash: [] });
  context.globalAlpha = 1;
}

function drawHandles(context: CanvasRenderingContext2D, points: readonly SlidePoint[], colour: string, view: SlideToScreen): void {
  context.beginPath();
  for (const point of points) {
    const { x, y } = slideToScreen(point, view);
    context.rect(x - HANDLE, y - HANDLE, 2 * HANDLE, 2 * HANDLE);
  }
  context.fillStyle = "#ffffff";
  context.fill();
  strokeWith(context, { colour, width: 1.5, dash: [] });
}

function drawCircle(context: CanvasRenderingContext2D, { centre, radius }: NonNullable<Preview["circle"]>, colour: string, view: SlideToScreen): void {
  const { x, y } = slideToScreen(centre, view);
  context.beginPath();
  context.arc(x, y, radius * view.scale, 0, 2 * Math.PI);
  strokeRimmed(context, { colour, width: 1.25, dash: [] }, 1.5);
}

function drawText(context: CanvasRenderingContext2D, text: string, { x, y }: { x: number; y: number }): void {
  context.font = "600 12px 'Inter Variable', system-ui, sans-serif";
  const width = context.measureText(text).width + 14;
  context.beginPath();
  context.roundRect(x - width / 2, y - 28, width, 22, 4);
  context.fillStyle = "rgb(17 24 39 / 88%)";
  context.fill();
  context.fillStyle = "#ffffff";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x, y - 16.5);
}
