import { expect, it } from "vitest";
import type { Lesion } from "@/api/types";
import { BY_NUMBER, neighbour, ordered, sortedBy } from "./order";

function lesion(number: number, lymphocytes: number): Lesion {
  const counts_as_focus = lymphocytes >= 50;
  return { id: `${number}`, number, polygon: [], area_mm2: 1, lymphocyte_count: lymphocytes, confidence: 1, counts_as_focus, borderline: false };
}

const lesions = [lesion(1, 60), lesion(2, 45), lesion(3, 200), lesion(4, 20)];
const numbers = (list: Lesion[]) => list.map((one) => one.number);

it("keeps foci before aggregates, however they are sorted", () => {
  const { foci, aggregates } = ordered(lesions, sortedBy("lymphocyte_count", BY_NUMBER));
  expect([numbers(foci), numbers(aggregates)]).toEqual([[3, 1], [2, 4]]);
});

it("turns the order round on the second press, and starts measures with the largest", () => {
  const once = sortedBy("area_mm2", BY_NUMBER);
  expect(once).toEqual({ key: "area_mm2", descending: true });
  expect(sortedBy("area_mm2", once).descending).toBe(false);
});

it("walks from lesion to lesion and stays at the ends", () => {
  const ids = ["a", "b"];
  expect([neighbour(ids, null, 1), neighbour(ids, "a", 1), neighbour(ids, "b", 1), neighbour(ids, null, -1)]).toEqual(["a", "b", "b", "b"]);
  expect(neighbour([], null, 1)).toBeNull();
});
