import type { ScreenPoint } from "./geometry";

export const LABEL_HEIGHT = 18;

const DARK = "#1b2430";

const widths = new Map<string, number>();

/** Draw a number above a place; filled where its shape is selected. */
export function drawLabel(context: CanvasRenderingContext2D, label: string, colour: string, top: ScreenPoint, filled: boolean): void {
  context.font = "600 11px 'Inter Variable', system-ui, sans-serif";
  const width = Math.max(LABEL_HEIGHT, widthOf(context, label) + 10);
  const [left, above] = [top.x - width / 2, top.y - LABEL_HEIGHT - 4];
  context.setLineDash([]);
  context.beginPath();
  context.roundRect(left, above, width, LABEL_HEIGHT, LABEL_HEIGHT / 2);
  context.fillStyle = filled ? colour : "#ffffff";
  context.fill();
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.stroke();
  context.fillStyle = filled ? inkOn(colour) : DARK;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(label, top.x, above + LABEL_HEIGHT / 2 + 0.5);
}

/** What can be read on a colour. */
function inkOn(colour: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return 0.3 * red! + 0.59 * green! + 0.11 * blue! > 108 ? DARK : "#ffffff";
}

function widthOf(context: CanvasRenderingContext2D, label: string): number {
  const known = widths.get(label) ?? context.measureText(label).width;
  widths.set(label, known);
  return known;
}
