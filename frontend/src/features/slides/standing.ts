import type { Analysis, Slide } from "@/api/types";
import { percent } from "@/lib/format";
import { i18n } from "@/lib/i18n";
import { stageLabel } from "@/lib/stages";
import type { en } from "@/locales/en";

export type Tone = "quiet" | "busy" | "ready" | "good" | "bad" | "ask";

/** Where a slide stands, as the worklist says it. `progress` is 0 to 1 while something moves. */
export interface Standing {
  readonly tone: Tone;
  readonly label: string;
  readonly detail?: string;
  readonly progress?: number;
}

export function standingOf(slide: Slide): Standing {
  if (slide.status === "inspecting") return { tone: "busy", label: said("inspecting") };
  if (slide.status === "rejected") return { tone: "bad", label: said("rejected"), detail: slide.rejection ?? undefined };
  if (slide.latest_analysis) return analysisStanding(slide.latest_analysis);
  if (slide.analysable) return { tone: "ready", label: said("ready") };
  if (lacksMpp(slide)) return { tone: "ask", label: said("noMpp") };
  return { tone: "quiet", label: said("viewOnly"), detail: slide.not_analysable_reason ?? undefined };
}

/** Whether all that a slide lacks is its pixel size, which the reader can enter. */
export function lacksMpp(slide: Slide): boolean {
  return slide.status === "ready" && slide.mpp_x === null;
}

function analysisStanding(analysis: Analysis): Standing {
  switch (analysis.status) {
    case "queued":
      return { tone: "busy", label: said("queued") };
    case "running":
      return runningStanding(analysis);
    case "failed":
      return { tone: "bad", label: said("failed"), detail: analysis.failure ?? undefined };
    case "cancelled":
      return { tone: "quiet", label: said("cancelled") };
    case "succeeded":
      return reviewStanding(analysis);
  }
}

function runningStanding({ cancel_requested, stage, progress }: Analysis): Standing {
  if (cancel_requested) return { tone: "busy", label: said("cancelling"), progress };
  const label = i18n.t("slides:standing.running", {
    stage: stage ? stageLabel(stage) : said("analysing"),
    progress: percent(progress),
  });
  return { tone: "busy", label, progress };
}

function reviewStanding({ review }: Analysis): Standing {
  if (!review || review.total === 0) return { tone: "ready", label: said("noLesions") };
  const { decided, total } = review;
  if (decided === 0) {
    return { tone: "ready", label: said("toReview"), detail: i18n.t("slides:standing.proposed", { total }) };
  }
  if (decided < total) return { tone: "ready", label: i18n.t("slides:standing.inReview", { decided, total }) };
  return { tone: "good", label: said("reviewed"), detail: i18n.t("slides:standing.allOf", { total }) };
}

type Word = Exclude<keyof typeof en.slides.standing, "running" | "proposed" | "inReview" | "allOf">;

function said(word: Word): string {
  return i18n.t(`slides:standing.${word}`);
}
