import { describe, expect, it } from "vitest";
import type { Analysis, Slide } from "@/api/types";
import { standingOf } from "./standing";

const slide: Slide = {
  id: "s",
  name: "Slide",
  status: "ready",
  rejection: null,
  width: 1000,
  height: 1000,
  mpp_x: 0.5,
  mpp_y: 0.5,
  mpp_source: "file",
  vendor: null,
  objective_power: null,
  size_bytes: 1,
  analysable: true,
  not_analysable_reason: null,
  uploaded_by: "reader",
  uploaded_at: "2026-01-01T00:00:00Z",
  has_thumbnail: false,
  latest_analysis: null,
};

const analysis: Analysis = {
  id: "a",
  slide_id: "s",
  status: "running",
  stage: "segmentation",
  progress: 0.434,
  stages: [],
  failure: null,
  requested_by: "reader",
  queued_at: "2026-01-01T00:00:00Z",
  started_at: null,
  finished_at: null,
  cancel_requested: false,
  focus_score: null,
  focus_score_reason: null,
  foci: null,
  review: null, withheld: false,
};

const standing = (change: Partial<Slide>) => standingOf({ ...slide, ...change });
const analysed = (change: Partial<Analysis>) => standing({ latest_analysis: { ...analysis, ...change } });

describe("a slide on the worklist", () => {
  it("says why it was rejected", () => {
    expect(standing({ status: "rejected", rejection: "Not a slide." })).toMatchObject({ tone: "bad", detail: "Not a slide." });
  });

  it("asks for an unknown pixel size", () => {
    expect(standing({ mpp_x: null, mpp_y: null, analysable: false })).toMatchObject({ label: "Pixel size unknown" });
  });

  it("can be viewed where it cannot be analysed, and says why", () => {
    expect(standing({ analysable: false, not_analysable_reason: "Too coarse." })).toMatchObject({
      label: "View only",
      detail: "Too coarse.",
    });
  });

  it("shows the stage and the percentage of a running analysis", () => {
    expect(analysed({})).toMatchObject({ label: "Segmenting infiltrates, 43\u00a0%", progress: 0.434 });
  });

  it("ends a cancelled analysis as cancelled, not as an error", () => {
    expect(analysed({ status: "cancelled" })).toMatchObject({ label: "Analysis cancelled", tone: "quiet" });
  });

  it("counts the decisions of a review", () => {
    const reviewed = (decided: number) =>
      analysed({ status: "succeeded", review: { decided, total: 12, focus_score: null, signed: false } }).label;
    expect([0, 7, 12].map(reviewed)).toEqual(["To review", "Review, 7 of 12", "Reviewed"]);
  });

  it("says what is signed, and what is to be read before anything is shown", () => {
    const review = { decided: 12, total: 12, focus_score: 1, signed: true };
    expect(analysed({ status: "succeeded", review })).toMatchObject({ label: "Signed", tone: "good" });
    expect(analysed({ status: "succeeded", review: null, withheld: true }).label).toBe("To be read");
  });
});
