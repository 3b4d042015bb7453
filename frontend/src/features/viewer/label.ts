import type { ScreenPoint } from "./geometry";

export const LABEL_HEIGHT = 18;

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
  context.fillStyle = "#1b2430";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(label, top.x, above + LABEL_HEIGHT / 2 + 0.5);
}

function widthOf(context: CanvasRenderingContext2D, label: string): number {
  const known = widths.get(label) ?? context.measureText(label).width;
  widths.set(label, known);
  return known;
}
