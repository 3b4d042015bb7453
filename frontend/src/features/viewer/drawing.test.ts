import { describe, expect, it } from "vitest";
import { areaOf, boundsOf, screenPoint, screenToSlide, slidePoint, slideToScreen, transformBetween, type SlideRings } from "./geometry";
import { detailed } from "./lod";
import { uncovered } from "./painter";
import { indexed } from "./shapeIndex";

function circle(x: number, y: number, radius: number, points: number): SlideRings {
  const ring = Array.from({ length: points }, (_, index): [number, number] => {
    const angle = (2 * Math.PI * index) / points;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  });
  return [[...ring, ring[0]!]];
}

describe("level of detail", () => {
  const fine = circle(5000, 5000, 1000, 720);

  it("leaves out points that fall together on the screen, and keeps the shape", () => {
    const coarse = detailed(fine, 0.02);
    expect(coarse[0]!.length).toBeLessThan(120);
    expect(areaOf(coarse) / areaOf(fine)).toBeGreaterThan(0.97);
    expect(coarse[0]!.at(-1)).toEqual(coarse[0]![0]);
  });

  it("keeps every point where all can be seen, and every ring where none can", () => {
    expect(detailed(fine, 2)).toBe(fine);
    expect(detailed([...fine, ...circle(5000, 5000, 10, 60)], 0.0001)).toHaveLength(2);
  });
});

describe("index", () => {
  it("finds all that overlap, in their own order, and nothing where there is nothing", () => {
    const shapes = [300, 100, 200, 5000].map((x, index) => {
      const rings = circle(x, 100, 60, 12);
      return { id: String(index), rings, bounds: boundsOf(rings) };
    });
    const within = (x: number, width: number) => indexed(shapes).within({ x, y: 0, width, height: 500 }).map(({ id }) => id);
    expect(within(0, 400)).toEqual(["0", "1", "2"]);
    expect(within(1000, 50)).toEqual([]);
    expect(indexed([]).within({ x: 0, y: 0, width: 9, height: 9 })).toEqual([]);
  });
});

describe("moving what is drawn", () => {
  it("leaves bare the edges that came into view", () => {
    const canvas = { clientWidth: 800, clientHeight: 600 };
    expect(uncovered(canvas, 10, 0)).toEqual([{ x: 0, y: 0, width: 10, height: 600 }]);
    expect(uncovered(canvas, -10, 5)).toEqual([
      { x: 790, y: 0, width: 10, height: 600 },
      { x: 0, y: 0, width: 800, height: 5 },
    ]);
  });

  it("stretches a place to where it stands now", () => {
    const before = { scale: 0.5, turn: 0.2, offsetX: 30, offsetY: -40 };
    const now = { scale: 0.8, turn: 0.9, offsetX: -5, offsetY: 60 };
    const old = slideToScreen(slidePoint(123, 456), before);
    const { a, b, c, d, e, f } = transformBetween(before, now);
    const there = screenToSlide(screenPoint(old.x * a + old.y * c + e, old.x * b + old.y * d + f), now);
    expect([there.x, there.y]).toEqual([expect.closeTo(123), expect.closeTo(456)]);
  });
});
