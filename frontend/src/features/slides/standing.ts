import type { Analysis, Slide } from "@/api/types";
import { percent } from "@/lib/format";
import { i18n } from "@/lib/i18n";
import { inLanguage } from "@/lib/sentences";
import { stageLabel } from "@/lib/stages";
import { ago } from "@/lib/time";
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
  if (slide.status === "inspecting" && slide.delay) return { tone: "ask", label: said("delayed"), detail: spoken(slide.delay) };
  if (slide.status === "inspecting") return { tone: "busy", label: said("inspecting") };
  if (slide.status === "rejected") return { tone: "bad", label: said("rejected"), detail: spoken(slide.rejection) };
  if (slide.current_analysis) return analysisStanding(slide.current_analysis);
  if (slide.analysable) return { tone: "ready", label: said("ready") };
  if (lacksMpp(slide)) return { tone: "ask", label: said("noMpp") };
  return { tone: "quiet", label: said("viewOnly"), detail: spoken(slide.not_analysable_reason) };
}

/** Whether all that a slide lacks is its pixel size, which the reader can enter. */
export function lacksMpp(slide: Slide): boolean {
  return slide.status === "ready" && slide.mpp_x === null;
}

function spoken(reason: string | null): string | undefined {
  return reason === null ? undefined : inLanguage(reason);
}

function analysisStanding(analysis: Analysis): Standing {
  switch (analysis.status) {
    case "queued":
      return { tone: "busy", label: said(analysis.urgent ? "queuedUrgent" : "queued") };
    case "running":
      return runningStanding(analysis);
    case "failed":
      return { tone: "bad", label: said("failed"), detail: spoken(analysis.failure) };
    case "cancelled":
      return { tone: "quiet", label: said("cancelled") };
    case "succeeded":
      return reviewStanding(analysis);
  }
}

function runningStanding({ stage, progress }: Analysis): Standing {
  const label = i18n.t("slides:standing.running", {
    stage: stage ? stageLabel(stage) : said("analysing"),
    progress: percent(progress),
  });
  return { tone: "busy", label, progress };
}

function reviewStanding({ withheld, review }: Analysis): Standing {
  if (withheld) return { tone: "ready", label: said("blind"), detail: said("blindDetail") };
  if (!review) return { tone: "ready", label: said("noLesions") };
  const { status, decided, total } = review;
  const detail = doneBy(review);
  if (status === "signed") return { tone: "good", label: said("signed"), detail };
  if (status === "amending") return { tone: "ready", label: said("amending"), detail };
  if (status === "ready") return untouched(review);
  if (total > 0 && decided === total) return { tone: "good", label: said("reviewed"), detail };
  return { tone: "ready", label: i18n.t("slides:standing.inReview", { decided, total }), detail, progress: decided / total };
}

function untouched({ total, open_with }: Review): Standing {
  if (total === 0) return { tone: "ready", label: said("noLesions") };
  const detail = open_with.length > 0 ? openWith(open_with) : i18n.t("slides:standing.proposed", { total });
  return { tone: "ready", label: said("toReview"), detail };
}

/** By whom and since when; and who has it open at this moment. */
function doneBy({ status, last_reader, last_at, started_at, open_with }: Review): string | undefined {
  const since = status === "signed" ? last_at : started_at;
  const done =
    last_reader && since
      ? i18n.t(status === "signed" ? "slides:standing.by" : "slides:standing.bySince", { name: last_reader, since: ago(since) })
      : undefined;
  return [done, open_with.length > 0 && openWith(open_with)].filter(Boolean).join(" · ") || undefined;
}

function openWith(names: readonly string[]): string {
  return i18n.t("slides:standing.openWith", { names: names.join(", ") });
}

type Review = NonNullable<Analysis["review"]>;

type Word = Exclude<
  keyof typeof en.slides.standing,
  "running" | "proposed" | "inReview" | "by" | "bySince" | "openWith"
>;

function said(word: Word): string {
  return i18n.t(`slides:standing.${word}`);
}
