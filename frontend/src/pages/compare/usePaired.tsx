import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useAnalyses } from "@/api/analyses";
import { useGlands } from "@/api/blind";
import { useMaps } from "@/api/maps";
import { useServerReview } from "@/api/review/review";
import { deepzoomUrl, useSlide, useSrgbUrl } from "@/api/slides";
import type { Analysis, Slide } from "@/api/types";
import type { PairedSlide } from "@/features/viewer/pair/SlidePair";
import { slideName } from "@/lib/slideName";
import { absolute } from "@/lib/time";
import { shownOf, useChosenAnalysis } from "@/pages/slide/chosen";
import { glandShapes, lesionOutlines } from "@/pages/slide/outlinesOf";
import { Problem } from "@/ui/Problem";

const nothing = () => {};

/** One side of a comparison as far as it is known. */
export interface Side {
  readonly slide: Slide | undefined;
  /** What to show; null until it is there, or where it never will be. */
  readonly paired: PairedSlide | null;
  readonly error: Error | null;
}

/** A slide, and the review of the chosen or else its latest analysis. */
export function usePaired(slideId: string, analysisId: string | null): Side {
  const { t } = useTranslation("slides");
  const { data: slide, error } = useSlide(slideId);
  const { data: analyses, error: unlisted } = useAnalyses(slideId);
  const srgbUrl = useSrgbUrl(slideId);
  const analysis = useChosenAnalysis(analyses ?? NO_ANALYSES, analysisId);
  const { id, reviewable, bare } = shownOf(analysis);
  const [review, alone, maps] = [useServerReview(reviewable).data, useGlands(bare).data, useMaps(id).data];
  const outlines = useMemo(() => (review ? lesionOutlines(review, 0) : []), [review]);
  const glands = useMemo(() => glandShapes(review?.glands ?? alone ?? []), [review, alone]);
  const mpp = useMemo(() => (slide?.mpp_x && slide.mpp_y ? { x: slide.mpp_x, y: slide.mpp_y } : null), [slide]);
  if (!slide || !analyses || slide.status !== "ready") return { slide, paired: null, error: error ?? unlisted };
  const paired = {
    title: analysisId && analysis ? `${slideName(slide.name)} · ${absolute(analysis.queued_at)}` : slideName(slide.name),
    deepzoomUrl: deepzoomUrl(slide.id),
    srgbUrl,
    mpp,
    outlines,
    glands,
    maps,
    selected: NONE,
    onSelect: nothing,
    onTileLost: nothing,
    whenFailed: <Problem title={t("notOpened")} sentence={t("noTiles")} onRetry={() => window.location.reload()} />,
  };
  return { slide, paired, error: null };
}

const NONE: readonly string[] = [];
const NO_ANALYSES: readonly Analysis[] = [];
