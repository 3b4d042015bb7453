import { expect, it } from "vitest";
import { withDecision } from "./optimistic";
import type { Findings, Lesion, Review, Score } from "./types";

const lesion = (id: string, lymphocytes: number): Lesion => ({
  id,
  number: 1,
  polygon: [],
  area_mm2: 0.2,
  lymphocyte_count: lymphocytes,
  confidence: 0.9,
  counts_as_focus: lymphocytes >= 50,
  borderline: false,
});

const findings = { lesions: [lesion("large", 80), lesion("small", 49)] } as unknown as Findings;

const score: Score = {
  foci: 0,
  glandular_area_mm2: 4,
  focus_score: null,
  low: null,
  high: null,
  reason: "No focus has been decided yet.",
  area_fraction: null,
  meets_criterion: null,
};

const review: Review = {
  analysis_id: "a",
  verdicts: [],
  decided: 0,
  total: 2,
  complete: false,
  predicted: score,
  reviewed: score,
  if_rest_confirmed: score,
};

const decide = (from: Review, lesion_id: string, verdict: "confirmed" | "rejected" | "undecided", counts?: boolean) =>
  withDecision(from, findings, { lesion_id, verdict, counts_as_focus: counts ?? null }, "reader");

it("counts a confirmed focus at once: 1 focus in 4.0 mm² is 1.0 and meets the criterion", () => {
  const after = decide(review, "large", "confirmed");
  expect(after.reviewed).toMatchObject({ foci: 1, focus_score: 1, meets_criterion: true, reason: null });
  expect(after.reviewed.area_fraction).toBeCloseTo(0.05);
  expect(after).toMatchObject({ decided: 1, complete: false });
});

it("does not count a confirmed aggregate of 49, unless the reader says that it is a focus", () => {
  expect(decide(review, "small", "confirmed").reviewed).toMatchObject({ foci: 0, focus_score: 0, meets_criterion: false });
  expect(decide(review, "small", "confirmed", true).reviewed.foci).toBe(1);
});

it("knows no score while nothing is decided", () => {
  const after = decide(decide(review, "large", "confirmed"), "large", "undecided");
  expect(after.reviewed).toMatchObject({ focus_score: null, reason: "No focus has been decided yet." });
  expect(after.decided).toBe(0);
});

it("keeps the score unknown where the area is", () => {
  const unmeasured = { ...review, reviewed: { ...score, glandular_area_mm2: null, reason: "The area is unknown." } };
  expect(decide(unmeasured, "large", "confirmed").reviewed).toMatchObject({ focus_score: null, reason: "The area is unknown." });
});

it("is complete once every lesion is decided", () => {
  expect(decide(decide(review, "large", "confirmed"), "small", "rejected").complete).toBe(true);
});
