import { expect, it } from "vitest";
import { boundsOf, screenPoint, type SlideRings } from "./geometry";
import { outlineAt } from "./hit";
import type { Outline } from "./outlines";

function square(id: string, x: number, y: number, side: number): Outline {
  const rings: SlideRings = [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]];
  return { id, label: id, look: "undecided", rings, bounds: boundsOf(rings) };
}

const outlines = [square("large", 0, 1000, 4000), square("small", 1000, 2000, 1000)];
const view = { scale: 0.1, turn: 0, offsetX: 0, offsetY: 0 };

it("finds the smaller of two lesions that lie in one another", () => {
  expect(outlineAt(screenPoint(150, 250), outlines, view)?.id).toBe("small");
  expect(outlineAt(screenPoint(350, 450), outlines, view)?.id).toBe("large");
});

it("finds a lesion by its number, which stands above it", () => {
  expect(outlineAt(screenPoint(200, 100 - 13), outlines, view)?.id).toBe("large");
});

it("finds nothing on bare tissue", () => {
  expect(outlineAt(screenPoint(700, 700), outlines, view)).toBeNull();
});
