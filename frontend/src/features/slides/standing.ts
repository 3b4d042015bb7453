import type { Analysis, Slide } from "@/api/types";
import { percent } from "@/lib/format";
import { STAGE_LABELS } from "@/lib/stages";

export type Tone = "quiet" | "busy" | "ready" | "good" | "bad" | "ask";

/** Where a slide stands, as the worklist says it. `progress` is 0 to 1 while something moves. */
export interface Standing {
  readonly tone: Tone;
  readonly label: string;
  readonly detail?: string;
  readonly progress?: number;
}

export function standingOf(slide: Slide): Standing {
  if (slide.status === "inspecting") return { tone: "busy", label: "Inspecting" };
  if (slide.status === "rejected") return { tone: "bad", label: "Rejected", detail: slide.rejection ?? undefined };
  if (slide.latest_analysis) return analysisStanding(slide.latest_analysis);
  if (slide.analysable) return { tone: "ready", label: "Ready to analyse" };
  if (lacksMpp(slide)) return { tone: "ask", label: "Pixel size unknown" };
  return { tone: "quiet", label: "View only", detail: slide.not_analysable_reason ?? undefined };
}

/** Whether all that a slide lacks is its pixel size, which the reader can enter. */
export function lacksMpp(slide: Slide): boolean {
  return slide.status === "ready" && slide.mpp_x === null;
}

function analysisStanding(analysis: Analysis): Standing {
  switch (analysis.status) {
    case "queued":
      return { tone: "busy", label: "Waiting for analysis" };
    case "running":
      return runningStanding(analysis);
    case "failed":
      return { tone: "bad", label: "Analysis failed", detail: analysis.failure ?? undefined };
    case "cancelled":
      return { tone: "quiet", label: "Analysis cancelled" };
    case "succeeded":
      return reviewStanding(analysis);
  }
}

function runningStanding({ cancel_requested, stage, progress }: Analysis): Standing {
  if (cancel_requested) return { tone: "busy", label: "Cancelling", progress };
  const label = stage ? STAGE_LABELS[stage] : "Analysing";
  return { tone: "busy", label: `${label}, ${percent(progress)}`, progress };
}

function reviewStanding({ review }: Analysis): Standing {
  if (!review || review.total === 0) return { tone: "ready", label: "Analysed, no lesions" };
  if (review.decided === 0) return { tone: "ready", label: "To review", detail: `${review.total} proposed` };
  if (review.decided < review.total) return { tone: "ready", label: `Review, ${review.decided} of ${review.total}` };
  return { tone: "good", label: "Reviewed", detail: `${review.total} of ${review.total}` };
}
