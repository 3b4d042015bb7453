import { expect, it } from "vitest";
import type { Agreement } from "@/api/types";
import { differences, placedInTime, reach } from "./differences";

const slide = (estimated: number | null, signed: number | null) =>
  ({ slide: "gland", read_at: "2026-03-01T09:00:00Z", estimated_focus_score: estimated, signed_focus_score: signed }) as
    Agreement["slides"][number];

it("leaves out where there is nothing to compare, and takes unknown never for zero", () => {
  const slides = [slide(1.5, 2), slide(null, 2), slide(1, null), slide(3, 2)];
  expect(differences({ slides } as Agreement).map(({ value }) => value)).toEqual([-0.5, 1]);
});

it("shows as much below zero as above", () => {
  expect([reach([]), reach([0.2, -0.4]), reach([1.2, -2.5])]).toEqual([1, 1, 3]);
});

it("places reads by their time, and a single moment in the middle", () => {
  const on = (...days: number[]) => days.map((day) => ({ slide: "gland", at: `2026-03-0${day}T09:00:00Z`, value: 0 }));
  expect(placedInTime(on(1, 2, 5))).toEqual([0, 0.25, 1]);
  expect(placedInTime(on(3, 3))).toEqual([0.5, 0.5]);
});
