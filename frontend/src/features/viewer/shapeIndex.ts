import Flatbush from "flatbush";
import type { SlideBox } from "./geometry";
import type { Shape } from "./outlines";

/** Shapes that can be asked for by place. */
export interface ShapeIndex<Kind extends Shape = Shape> {
  readonly all: readonly Kind[];
  /** Those whose bounds overlap a box, in their own order. */
  within(box: SlideBox): readonly Kind[];
}

export function indexed<Kind extends Shape>(shapes: readonly Kind[]): ShapeIndex<Kind> {
  if (shapes.length === 0) return { all: shapes, within: () => [] };
  const tree = new Flatbush(shapes.length);
  shapes.forEach(({ bounds: { x, y, width, height } }) => tree.add(x, y, x + width, y + height));
  tree.finish();
  return {
    all: shapes,
    within: ({ x, y, width, height }) =>
      tree.search(x, y, x + width, y + height).sort((one, other) => one - other).map((index) => shapes[index]!),
  };
}
