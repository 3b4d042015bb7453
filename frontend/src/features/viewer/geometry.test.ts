import { describe, expect, it } from "vitest";
import { boundsOf, contains, grown, overlaps, screenToSlide, slidePoint, slideToScreen, slideToViewport } from "./geometry";

const square: [number, number][] = [[0, 0], [100, 0], [100, 100], [0, 100], [0, 0]];
const hole: [number, number][] = [[40, 40], [60, 40], [60, 60], [40, 60], [40, 40]];

describe("frames", () => {
  it("comes back to the same slide pixel from the screen", () => {
    const view = { scale: 0.037, turn: 0.7, offsetX: -812.5, offsetY: 44 };
    const back = screenToSlide(slideToScreen(slidePoint(81_234, 5_678), view), view);
    expect(back.x).toBeCloseTo(81_234, 6);
    expect(back.y).toBeCloseTo(5_678, 6);
  });

  it("measures both viewport axes in slide widths", () => {
    expect(slideToViewport(slidePoint(500, 250), 1000)).toEqual({ x: 0.5, y: 0.25 });
  });
});

describe("polygons", () => {
  it("holds what is inside and not what is in a hole", () => {
    expect(contains([square, hole], slidePoint(10, 10))).toBe(true);
    expect(contains([square, hole], slidePoint(50, 50))).toBe(false);
    expect(contains([square, hole], slidePoint(101, 50))).toBe(false);
  });

  it("grows about the centre, and never below the least size", () => {
    expect(grown(boundsOf([hole]), 2, 0)).toEqual({ x: 30, y: 30, width: 40, height: 40 });
    expect(grown(boundsOf([hole]), 2, 100)).toEqual({ x: 0, y: 0, width: 100, height: 100 });
  });

  it("overlaps where boxes touch", () => {
    expect(overlaps(boundsOf([square]), boundsOf([hole]))).toBe(true);
    expect(overlaps(boundsOf([square]), { x: 101, y: 0, width: 5, height: 5 })).toBe(false);
  });
});
