import { describe, expect, it } from "vitest";
import type { Analysis, Slide } from "@/api/types";
import { standingOf } from "./standing";

const slide: Slide = {
  id: "s",
  name: "Slide",
  status: "ready",
  rejection: null,
  delay: null,
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
  blur_share: null,
  pen_share: null,
  uploaded_by: "reader",
  uploaded_at: "2026-01-01T00:00:00Z",
  has_thumbnail: false,
  case: null,
  left_out: null,
  standing: "ready",
  current_analysis: null,
};

const analysis: Analysis = {
  id: "a",
  slide_id: "s",
  status: "running",
  stage: "segmentation",
  progress: 0.434,
  urgent: false,
  stages: [],
  failure: null,
  requested_by: "reader",
  queued_at: "2026-01-01T00:00:00Z",
  started_at: null,
  finished_at: null,
  focus_score: null,
  focus_score_reason: null,
  foci: null,
  glandular_area_mm2: null,
  warning_count: null,
  withheld: false,
  review: null,
};

type Review = NonNullable<Analysis["review"]>;

const review: Review = {
  status: "in_review",
  decided: 7,
  total: 12,
  foci: 3,
  focus_score: null,
  started_at: new Date(Date.now() - 7_200_000).toISOString(),
  last_reader: "Ana",
  last_at: new Date().toISOString(),
  open_with: [],
};

const standing = (change: Partial<Slide>) => standingOf({ ...slide, ...change });
const analysed = (change: Partial<Analysis>) => standing({ current_analysis: { ...analysis, ...change } });

describe("a slide on the worklist", () => {
  it("says that an urgent analysis goes first", () => {
    expect(analysed({ status: "queued" }).label).toBe("Waiting for analysis");
    expect(analysed({ status: "queued", urgent: true }).label).toBe("Waiting for analysis, goes first");
  });

  it("says why it was rejected", () => {
    expect(standing({ status: "rejected", rejection: "Not a slide." })).toMatchObject({ tone: "bad", detail: "Not a slide." });
  });

  it("says that it waits for room on the disk", () => {
    const waiting = standing({ status: "inspecting", delay: "The disk is full." });
    expect(waiting).toEqual({ tone: "ask", label: "Waiting for disk space", detail: "The disk is full." });
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

  const reviewed = (change: Partial<Review>) => analysed({ status: "succeeded", review: { ...review, ...change } });

  it("counts the decisions of a review", () => {
    const untouched = { status: "ready", decided: 0, last_reader: null, started_at: null } as const;
    expect([untouched, { decided: 7 }, { decided: 12 }].map((one) => reviewed(one).label)).toEqual([
      "To review",
      "Review, 7 of 12",
      "Reviewed",
    ]);
    expect(reviewed(untouched).detail).toBe("12 proposed");
  });

  it("says who reviews it, since when, and who has it open", () => {
    expect(reviewed({ open_with: ["Bo", "Cy"] }).detail).toBe("by Ana, begun 2 hours ago · open with Bo, Cy");
  });

  it("tells signed from being amended", () => {
    expect(reviewed({ status: "signed" })).toMatchObject({ label: "Signed", tone: "good", detail: "by Ana, just now" });
    expect(reviewed({ status: "amending" })).toMatchObject({ label: "Being amended" });
  });

  it("does not say how many were proposed before the reader's own read", () => {
    const hidden = analysed({ status: "succeeded", withheld: true, review: null });
    expect(hidden.label).toBe("To read blind first");
    expect(hidden.detail).not.toMatch(/\d/);
  });
});
