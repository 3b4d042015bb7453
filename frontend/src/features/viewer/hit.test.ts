import { expect, it } from "vitest";
import { boundsOf, screenPoint, type SlideRings } from "./geometry";
import { shapeAt } from "./hit";
import type { Outline } from "./outlines";
import { indexed } from "./shapeIndex";

function square(id: string, x: number, y: number, side: number): Outline {
  const rings: SlideRings = [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]];
  return { id, label: id, look: "undecided", rings, bounds: boundsOf(rings) };
}

const outlines = indexed([square("large", 0, 1000, 4000), square("small", 1000, 2000, 1000)]);
const view = { scale: 0.1, turn: 0, offsetX: 0, offsetY: 0 };

it("finds the smaller of two lesions that lie in one another", () => {
  expect(shapeAt(screenPoint(150, 250), outlines, view)?.id).toBe("small");
  expect(shapeAt(screenPoint(350, 450), outlines, view)?.id).toBe("large");
});

it("finds a lesion by its number, which stands above it", () => {
  expect(shapeAt(screenPoint(200, 100 - 13), outlines, view)?.id).toBe("large");
});

it("finds nothing on bare tissue", () => {
  expect(shapeAt(screenPoint(700, 700), outlines, view)).toBeNull();
});

it("finds the same on a slide that is turned", () => {
  const turned = { scale: 0.1, turn: Math.PI / 2, offsetX: 500, offsetY: 0 }; // (x, y) stands at (500 - y / 10, x / 10)
  expect(shapeAt(screenPoint(250, 150), outlines, turned)?.id).toBe("small");
  expect(shapeAt(screenPoint(50, 350), outlines, turned)?.id).toBe("large");
  expect(shapeAt(screenPoint(200, 0 - 13), outlines, turned)?.id).toBe("large");
  expect(shapeAt(screenPoint(450, 150), outlines, turned)).toBeNull();
});
