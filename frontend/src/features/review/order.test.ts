import { expect, it } from "vitest";
import type { Lesion } from "@/api/types";
import { aLesion } from "@/api/review/example";
import { BY_NUMBER, neighbour, nextUndecided, ordered, sortedBy } from "./order";

const lesion = (number: number, lymphocytes: number | null, given = {}) => aLesion(number, lymphocytes, { id: `${number}`, ...given });

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

it("keeps what is not counted yet among the foci, after those that are", () => {
  const { foci } = ordered([...lesions, lesion(5, null)], sortedBy("lymphocyte_count", BY_NUMBER));
  expect(numbers(foci)).toEqual([3, 1, 5]);
});

it("goes on to the next undecided lesion, round the end", () => {
  const decided = { verdict: "confirmed" as const };
  const queue = [lesion(1, 60), lesion(2, 60, decided), lesion(3, 60)];
  expect(nextUndecided(queue, "1")).toBe("3");
  expect(nextUndecided(queue, "3")).toBe("1");
  expect(nextUndecided([lesion(1, 60, decided)], "1")).toBeNull();
});
