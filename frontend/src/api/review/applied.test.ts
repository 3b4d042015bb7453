import { expect, it } from "vitest";
import type { Command, Review } from "../types";
import { applied } from "./applied";
import { aLesion, aReview } from "./example";

const reader = { name: "Reader", mpp: [0.5, 0.5] as const };
const review = aReview(aLesion(1, 80), aLesion(2, 49));

function decide(from: Review, number: number, verdict: "confirmed" | "rejected" | "undecided", counts: boolean | null = null): Review {
  const command: Command = { id: "c", kind: "verdict", lesion_ids: [`lesion-${number}`], verdict, counts_as_focus: counts };
  return applied(from, command, reader);
}

function draw(from: Review, removed: string[], ...ids: string[]): Review {
  const polygon: [number, number][][] = [[[0, 0], [1000, 0], [1000, 1000], [0, 1000], [0, 0]]];
  return applied(from, { id: "c", kind: "shape", removed, added: ids.map((id) => ({ id, layer: "lesion", polygon })) }, reader);
}

it("counts a confirmed focus at once: 1 focus in 4.0 mm² is 1.0 and meets the criterion", () => {
  const after = decide(review, 1, "confirmed");
  expect(after.reviewed).toMatchObject({ foci: 1, focus_score: 1, meets_criterion: true, reason: null });
  expect(after.reviewed.area_fraction).toBeCloseTo(0.05);
  expect(after).toMatchObject({ decided: 1, complete: false });
});

it("does not count a confirmed aggregate of 49, unless the reader says that it is a focus", () => {
  expect(decide(review, 2, "confirmed").reviewed).toMatchObject({ foci: 0, focus_score: 0, meets_criterion: false });
  expect(decide(review, 2, "confirmed", true).reviewed.foci).toBe(1);
});

it("keeps the score unknown where the area is, and while a drawn outline is not counted", () => {
  const unmeasured = { ...review, reviewed: { ...review.reviewed, glandular_area_mm2: null } };
  expect(decide(unmeasured, 1, "confirmed").reviewed.focus_score).toBeNull();
  expect(draw(review, [], "new").reviewed.focus_score).toBeNull();
});

it("is complete once every lesion is decided", () => {
  expect(decide(decide(review, 1, "confirmed"), 2, "rejected").complete).toBe(true);
});

it("measures a drawn outline, numbers it next, and calls it added", () => {
  const lesion = draw(review, [], "new").lesions[2]!;
  expect(lesion).toMatchObject({ number: 3, verdict: "added", lymphocyte_count: null, confidence: null });
  expect(lesion.area_mm2).toBeCloseTo(0.25);
});

it("gives a merged lesion the lowest number and remembers what it was made from", () => {
  const { lesions } = draw(review, ["lesion-1", "lesion-2"], "both");
  expect(lesions).toHaveLength(1);
  expect(lesions[0]).toMatchObject({ number: 1, verdict: "corrected", parents: ["lesion-1", "lesion-2"] });
});

it("keeps the number of each of several lesions that are edited in one go", () => {
  const polygon: [number, number][][] = [[[0, 0], [10, 0], [10, 10], [0, 0]]];
  const added = [2, 1].map((number) => ({ id: `new-${number}`, layer: "lesion" as const, polygon, parents: [`lesion-${number}`] }));
  const { lesions } = applied(review, { id: "c", kind: "shape", removed: ["lesion-2", "lesion-1"], added }, reader);
  expect(lesions.map(({ id, number, parents }) => [id, number, parents])).toEqual([
    ["new-1", 1, ["lesion-1"]],
    ["new-2", 2, ["lesion-2"]],
  ]);
});

it("calls a drawn lesion added after an edit, too", () => {
  const { lesions } = draw(draw(review, [], "new"), ["new"], "newer");
  expect(lesions[2]).toMatchObject({ number: 3, verdict: "added", parents: [] });
});

it("takes an answer off the list of those that are missing", () => {
  const after = applied(review, { id: "c", kind: "fields", fields: { pattern: "fls" } }, reader);
  expect([after.fields.pattern, after.missing_fields]).toEqual(["fls", []]);
});
