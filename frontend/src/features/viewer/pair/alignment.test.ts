import { expect, it } from "vitest";
import { beside, slidePoint, type Stand } from "../geometry";
import { alignmentOf, inverse, plainAlignment } from "./alignment";

const stand = (x: number, y: number, scale: number, turn = 0): Stand => ({ centre: slidePoint(x, y), scale, turn });
const SIZE = { width: 2000, height: 1000 };

it("shows the same place of one slide twice", () => {
  const same = plainAlignment({ size: SIZE, mpp: null }, { size: SIZE, mpp: null });
  expect(beside(stand(300, 400, 0.5, 1), same)).toEqual(stand(300, 400, 0.5, 1));
});

it("shows the same length on the glass of slides with other pixels", () => {
  const known = plainAlignment({ size: SIZE, mpp: { x: 0.5, y: 0.5 } }, { size: { width: 4000, height: 2000 }, mpp: { x: 0.25, y: 0.25 } });
  expect(beside(stand(1100, 500, 1), known)).toEqual(stand(2200, 1000, 0.5));
});

it("keeps two slides as a hand has laid them", () => {
  const laid = alignmentOf(stand(100, 100, 1, 0), stand(700, 300, 1, Math.PI / 2));
  const { centre, turn } = beside(stand(110, 100, 1, 0), laid); // 10 px to the right on the screen, for both
  expect(centre.x).toBeCloseTo(700);
  expect(centre.y).toBeCloseTo(290);
  expect(turn).toBeCloseTo(Math.PI / 2);
});

it("leads back", () => {
  const laid = alignmentOf(stand(100, 130, 1, 0.3), stand(700, 300, 0.4, 1.2));
  const there = beside(stand(444, 222, 0.7, 2), laid);
  const back = beside(there, inverse(laid));
  expect(back.centre.x).toBeCloseTo(444);
  expect(back.centre.y).toBeCloseTo(222);
  expect([back.scale, back.turn]).toEqual([expect.closeTo(0.7), expect.closeTo(2)]);
});
