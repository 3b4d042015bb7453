import { matrixOf, type SlideRings, type SlideToScreen } from "./geometry";
import { detailed } from "./lod";

/** What an outline is drawn with. */
export interface Pen {
  readonly colour: string;
  readonly width: number;
  readonly dash: readonly number[];
}

/** Put polygons into the path of a canvas, where they stand on the screen. */
export function trace(context: CanvasRenderingContext2D, shapes: readonly SlideRings[], view: SlideToScreen): void {
  const { a, b, c, d, e, f } = matrixOf(view);
  context.beginPath();
  for (const rings of shapes) {
    for (const ring of detailed(rings, view.scale)) {
      const [x0, y0] = ring[0]!;
      context.moveTo(x0 * a + y0 * c + e, x0 * b + y0 * d + f);
      for (let i = 1; i < ring.length - 1; i++) {
        const [x, y] = ring[i]!;
        context.lineTo(x * a + y * c + e, x * b + y * d + f);
      }
      context.closePath();
    }
  }
}

/** Stroke the path with a white rim, for contrast on any stain. */
export function strokeRimmed(context: CanvasRenderingContext2D, pen: Pen, rim: number): void {
  strokeWith(context, rimOf(pen, rim));
  strokeWith(context, pen);
}

export function rimOf(pen: Pen, rim: number): Pen {
  return { colour: "rgb(255 255 255 / 85%)", width: pen.width + rim, dash: [] };
}

export function strokeWith(context: CanvasRenderingContext2D, { colour, width, dash }: Pen): void {
  context.lineJoin = width > 12 ? "round" : "bevel"; // on thin lines nobody sees which, and round ones take long
  context.lineCap = "round";
  context.setLineDash([...dash]);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}
