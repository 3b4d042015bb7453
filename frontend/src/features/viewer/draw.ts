import { topOf, visibleBox, type ScreenBox, type SlideToScreen } from "./geometry";
import { drawLabel, LABEL_HEIGHT } from "./label";
import { GLAND_STROKE, LOOKS, STROKES, type Outline, type Shape } from "./outlines";
import type { ShapeIndex } from "./shapeIndex";
import { rimOf, strokeWith, trace, type Pen } from "./trace";

export interface Scene {
  readonly outlines: ShapeIndex<Outline>;
  readonly glands: ShapeIndex;
  readonly selected: ReadonlySet<string>;
  readonly hovered: string | null;
}

/** Of more shapes than this, only those as large as a number have one. The shapes themselves are all drawn. */
const MANY = 300;

/** How opaque dimmed outlines are. */
const FAINT = 0.4;

/** Draw what lies in a part of the screen, and say how many shapes that were; shapes that look alike are stroked together, the hovered and the selected ones on top. */
export function drawScene(context: CanvasRenderingContext2D, part: ScreenBox, view: SlideToScreen, scene: Scene): number {
  const visible = visibleBox(withMargin(part, 2 * LABEL_HEIGHT), view);
  const glands = scene.glands.within(visible);
  drawGlands(context, glands, view, scene);
  const outlines = scene.outlines.within(visible);
  const plain = outlines.filter((one) => rankOf(one, scene) === 0);
  const numbered = (one: Outline) => scene.outlines.all.length <= MANY || one.bounds.width * view.scale >= LABEL_HEIGHT;
  for (const dimmed of [true, false]) {
    context.globalAlpha = dimmed ? FAINT : 1;
    const those = plain.filter((one) => (one.dimmed ?? false) === dimmed);
    for (const look of LOOKS) drawAlike(context, those.filter((one) => one.look === look), STROKES[look], view, 0);
    those.filter(numbered).forEach((one) => drawNumber(context, one, view, false));
  }
  outlines
    .filter((one) => rankOf(one, scene) > 0)
    .sort((one, other) => rankOf(one, scene) - rankOf(other, scene))
    .forEach((one) => {
      drawAlike(context, [one], STROKES[one.look], view, rankOf(one, scene));
      drawNumber(context, one, view, scene.selected.has(one.id));
    });
  return glands.length + outlines.length;
}

/** 0 as any, 1 hovered, 2 selected. */
function rankOf({ id }: Shape, { selected, hovered }: Scene): number {
  return selected.has(id) ? 2 : id === hovered ? 1 : 0;
}

function drawGlands(context: CanvasRenderingContext2D, glands: readonly Shape[], view: SlideToScreen, scene: Scene): void {
  for (const rank of [0, 1, 2]) {
    drawAlike(context, glands.filter((gland) => rankOf(gland, scene) === rank), GLAND_STROKE, view, rank);
  }
}

function drawAlike(context: CanvasRenderingContext2D, shapes: readonly Shape[], stroke: Pen, view: SlideToScreen, rank: number): void {
  const pen = { ...stroke, width: stroke.width + rank };
  for (const one of [rimOf(pen, 2 + rank), pen]) {
    for (const { rings } of shapes) {
      trace(context, [rings], view); // one by one: a single path of all takes a processor ten times as long
      strokeWith(context, one);
    }
  }
}

function drawNumber(context: CanvasRenderingContext2D, { label, look, bounds }: Outline, view: SlideToScreen, filled: boolean): void {
  drawLabel(context, label, STROKES[look].colour, topOf(bounds, view), filled);
}

function withMargin({ x, y, width, height }: ScreenBox, margin: number): ScreenBox {
  return { x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin };
}
