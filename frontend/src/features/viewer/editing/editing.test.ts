import { describe, expect, it } from "vitest";
import { areaOf, slidePoint, type SlideRings } from "../geometry";
import { difference, onSlide, touches, union, withoutHoles } from "./combine";
import { drawnArea, simplified } from "./freehand";
import { split } from "./split";
import { brushStroke } from "./stroke";
import { flawOf } from "./validity";
import { addVertex, deleteVertex, edgeNear, moveVertex, vertexNear } from "./vertices";

const SLIDE = { width: 100_000, height: 80_000 };

function box(x: number, y: number, width: number, height: number): SlideRings {
  return [[[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]]];
}

const line = (...points: [number, number][]) => points.map(([x, y]) => slidePoint(x, y));
const areas = (shapes: readonly SlideRings[]) => shapes.map(areaOf).toSorted((one, other) => one - other);
const ringed: SlideRings = [...box(0, 0, 100, 100), ...box(40, 40, 20, 20)];

describe("union", () => {
  it("counts what two squares share once", () => {
    expect(areas(union(box(0, 0, 100, 100), box(50, 50, 100, 100)))).toEqual([17_500]);
  });

  it("joins squares that only share a side, and leaves apart those that share nothing", () => {
    expect(areas(union(box(0, 0, 10, 10), box(10, 0, 10, 10)))).toEqual([200]);
    expect(areas(union(box(0, 0, 10, 10), box(20, 0, 10, 20)))).toEqual([100, 200]);
  });

  it("keeps a hole that nothing covers, and an island inside it", () => {
    expect(areas(union(ringed, box(45, 45, 5, 5)))).toEqual([25, 9600]);
  });

  it("closes a ring of four bars around a hole", () => {
    const [frame] = union(box(0, 0, 90, 10), box(0, 80, 90, 10), box(0, 0, 10, 90), box(80, 0, 10, 90));
    expect(frame).toHaveLength(2);
    expect(areaOf(frame!)).toBe(90 * 90 - 70 * 70);
  });
});

describe("difference", () => {
  it("cuts a hole", () => {
    const [left] = difference(box(0, 0, 100, 100), [box(40, 40, 20, 20)]);
    expect(left).toHaveLength(2);
    expect(areaOf(left!)).toBe(9600);
  });

  it("leaves two islands where a bar goes through, and nothing where all is covered", () => {
    expect(areas(difference(box(0, 0, 100, 100), [box(30, -5, 10, 200)]))).toEqual([3000, 6000]);
    expect(difference(box(0, 0, 100, 100), [box(-1, -1, 102, 102)])).toEqual([]);
  });

  it("is exact far out on a large slide", () => {
    expect(areas(difference(box(90_000, 70_000, 4000, 4000), [box(91_000, 71_000, 10, 10)]))).toEqual([16e6 - 100]);
  });

  it("leaves no dust where a border is followed a tenth of a pixel off", () => {
    expect(difference(box(0, 0, 4, 4), [box(0.1, 0, 3.9, 4)])).toEqual([]);
  });
});

describe("brush", () => {
  it("covers a disc with one tap, or with many at one place", () => {
    const [disc] = brushStroke(line([500, 500]), 100);
    expect(areaOf(disc!) / (Math.PI * 100 ** 2)).toBeCloseTo(1, 1);
    expect(brushStroke(line([500, 500], [500, 500], [500, 500]), 100)).toEqual([disc]);
  });

  it("covers a bar with round ends along a path", () => {
    const [bar] = brushStroke(line([0, 0], [300, 0], [1000, 0]), 50);
    const expected = 1000 * 100 + Math.PI * 50 ** 2;
    expect(areaOf(bar!) / expected).toBeGreaterThan(0.995);
    expect(areaOf(bar!) / expected).toBeLessThan(1.001);
  });

  it("leaves a hole inside a loop", () => {
    const [loop] = brushStroke(line([0, 0], [400, 0], [400, 400], [0, 400], [0, 0]), 20);
    expect(loop).toHaveLength(2);
    expect(areaOf([loop![1]!])).toBe(360 * 360);
  });

  it("covers nothing without a path or a size", () => {
    expect(brushStroke([], 10)).toEqual([]);
    expect(brushStroke(line([0, 0]), 0)).toEqual([]);
  });
});

describe("split", () => {
  it("cuts a square in two that share the cut exactly", () => {
    expect(areas(split(box(0, 0, 100, 100), line([30, -20], [30, 120])))).toEqual([3000, 7000]);
    expect(areas(split(box(0, 0, 100, 100), line([-10, -10], [110, 110])))).toEqual([5000, 5000]);
  });

  it("comes together again without a seam", () => {
    const shape: SlideRings = [[[0, 0], [90, 11], [117, 93], [40, 61], [-13, 80], [0, 0]]];
    const parts = split(shape, line([-40, 13], [35, 41], [150, 37]));
    expect(parts).toHaveLength(2);
    expect(parts.reduce((sum, part) => sum + areaOf(part), 0)).toBeCloseTo(areaOf(shape), 0);
    const [whole, ...rest] = union(...parts);
    expect(rest).toEqual([]);
    expect(whole).toHaveLength(1);
    expect(areaOf(whole!)).toBeCloseTo(areaOf(shape), 0);
  });

  it("makes as many parts as a zigzag cuts off", () => {
    const zigzag = line([20, -10], [20, 110], [60, 110], [60, -10]);
    expect(areas(split(box(0, 0, 100, 100), zigzag))).toEqual([2000, 4000, 4000]);
  });

  it("cuts a ring through its hole", () => {
    expect(areas(split(ringed, line([-10, 50], [110, 50])))).toEqual([4800, 4800]);
  });

  it("cuts out what a loop inside encloses", () => {
    const loop = line([20, 20], [80, 20], [80, 80], [20, 80], [20, 10]);
    expect(areas(split(box(0, 0, 100, 100), loop))).toEqual([3600, 6400]);
  });

  it("leaves a shape alone that is not cut through", () => {
    expect(split(ringed, line([-10, 20], [50, 20]))).toEqual([ringed]);
    expect(split(ringed, line([200, 0], [200, 100]))).toEqual([ringed]);
    expect(split(ringed, line([50, 20]))).toEqual([ringed]);
  });
});

describe("freehand", () => {
  it("closes a line, and fills both lobes of an eight", () => {
    expect(areas(drawnArea(line([0, 0], [100, 0], [100, 100], [0, 100]), SLIDE))).toEqual([10_000]);
    expect(areas(drawnArea(line([0, 0], [100, 100], [100, 0], [0, 100]), SLIDE))).toEqual([2500, 2500]);
  });

  it("is cut off at the edge of the slide", () => {
    expect(areas(drawnArea(line([-50, -50], [50, -50], [50, 50], [-50, 50]), SLIDE))).toEqual([2500]);
    expect(onSlide([box(-30, 0, 10, 10)], SLIDE)).toEqual([]);
  });

  it("makes nothing of a line without an area", () => {
    expect(drawnArea(line([0, 0], [100, 0]), SLIDE)).toEqual([]);
    expect(drawnArea(line([0, 0], [100, 0], [50, 0]), SLIDE)).toEqual([]);
  });

  it("loses the tremor and keeps the corners", () => {
    const shaky = line([0, 0], [25, 0.4], [50, -0.3], [100, 0], [100.2, 50], [100, 100]);
    expect(simplified(shaky, 2)).toEqual(line([0, 0], [100, 0], [100, 100]));
  });
});

describe("holes", () => {
  it("are filled", () => {
    expect(areaOf(withoutHoles(ringed))).toBe(10_000);
  });

  it("are no part of a shape", () => {
    expect(touches(ringed, [box(45, 45, 10, 10)])).toBe(false);
    expect(touches(ringed, [box(30, 45, 20, 10)])).toBe(true);
  });
});

describe("vertices", () => {
  const square = box(0, 0, 100, 100);

  it("moves the first, and with it the end of the ring", () => {
    expect(areaOf(moveVertex(square, { ring: 0, index: 0 }, slidePoint(-100, 0)))).toBe(15_000);
  });

  it("goes in on the edge that is near, and out again", () => {
    const at = edgeNear(square, slidePoint(50, 3), 5)!;
    const more = addVertex(square, at, slidePoint(50, -20));
    expect(areaOf(more)).toBe(11_000);
    expect(deleteVertex(more, at)).toEqual(square);
    expect(edgeNear(square, slidePoint(50, 20), 5)).toBeNull();
  });

  it("is found within reach, in holes too", () => {
    expect(vertexNear(ringed, slidePoint(59, 61), 3)).toEqual({ ring: 1, index: 2 });
    expect(vertexNear(ringed, slidePoint(80, 80), 3)).toBeNull();
  });

  it("takes the ring along when it was one of three", () => {
    const triangle: SlideRings = [[[0, 0], [9, 0], [0, 9], [0, 0]]];
    expect(deleteVertex(triangle, { ring: 0, index: 1 })).toBeNull();
    expect(deleteVertex([square[0]!, triangle[0]!], { ring: 1, index: 1 })).toEqual(square);
  });
});

describe("validity", () => {
  it("accepts a square with a hole", () => {
    expect(flawOf(ringed, SLIDE)).toBeNull();
  });

  it("says what is wrong", () => {
    expect(flawOf([[[0, 0], [9, 9], [9, 0], [0, 9], [0, 0]]], SLIDE)).toBe("crossesItself");
    expect(flawOf([[[0, 0], [9, 0], [9, 9], [4, 0], [0, 9], [0, 0]]], SLIDE)).toBe("crossesItself");
    expect(flawOf([[[0, 0], [9, 0], [0, 0]]], SLIDE)).toBe("tooFewPoints");
    expect(flawOf(box(99_990, 0, 20, 20), SLIDE)).toBe("outsideSlide");
    expect(flawOf([...box(0, 0, 100, 100), ...box(90, 90, 20, 5)], SLIDE)).toBe("crossesItself");
  });
});
