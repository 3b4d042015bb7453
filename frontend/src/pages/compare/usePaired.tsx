import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useAnalyses } from "@/api/analyses";
import { useMaps } from "@/api/maps";
import { useServerReview } from "@/api/review/review";
import { deepzoomUrl, useSlide } from "@/api/slides";
import type { PairedSlide } from "@/features/viewer/pair/SlidePair";
import { chosenAnalysis } from "@/pages/slide/chosen";
import { glandShapes, lesionOutlines } from "@/pages/slide/outlinesOf";
import { Problem } from "@/ui/Problem";

const nothing = () => {};

/** One side of a comparison: a slide, and the review of the chosen or else its latest analysis; null until it is there. */
export function usePaired(slideId: string, analysisId: string | null): PairedSlide | null {
  const { t } = useTranslation("slides");
  const slide = useSlide(slideId).data;
  const analyses = useAnalyses(slideId).data;
  const analysis = chosenAnalysis(analyses ?? [], analysisId);
  const shown = analysis?.status === "succeeded" ? analysis.id : null;
  const [review, maps] = [useServerReview(shown).data, useMaps(shown).data];
  const outlines = useMemo(() => (review ? lesionOutlines(review, 0) : []), [review]);
  const glands = useMemo(() => (review ? glandShapes(review) : []), [review]);
  const mpp = useMemo(() => (slide?.mpp_x && slide.mpp_y ? { x: slide.mpp_x, y: slide.mpp_y } : null), [slide]);
  if (!slide || !analyses) return null;
  return {
    title: slide.name,
    deepzoomUrl: deepzoomUrl(slide.id),
    mpp,
    outlines,
    glands,
    maps,
    selected: NONE,
    onSelect: nothing,
    onTileLost: nothing,
    whenFailed: <Problem title={t("notOpened")} sentence={t("noTiles")} onRetry={() => window.location.reload()} />,
  };
}

const NONE: readonly string[] = [];
