import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useAnalyses, useFindings } from "@/api/analyses";
import { useMaps } from "@/api/maps";
import { useReview } from "@/api/reviews";
import { deepzoomUrl, useSlide } from "@/api/slides";
import { boundsOf } from "@/features/viewer/geometry";
import type { Shape } from "@/features/viewer/outlines";
import type { PairedSlide } from "@/features/viewer/pair/SlidePair";
import { chosenAnalysis } from "@/pages/slide/chosen";
import { lesionOutlines } from "@/pages/slide/lesionOutlines";
import { Problem } from "@/ui/Problem";

const nothing = () => {};

/** One side of a comparison: a slide, and what the chosen or else its latest analysis found; null until it is there. */
export function usePaired(slideId: string, analysisId: string | null): PairedSlide | null {
  const { t } = useTranslation("slides");
  const slide = useSlide(slideId).data;
  const analyses = useAnalyses(slideId).data;
  const analysis = chosenAnalysis(analyses ?? [], analysisId);
  const shown = analysis?.status === "succeeded" ? analysis.id : null;
  const [findings, review, maps] = [useFindings(shown).data, useReview(shown).data, useMaps(shown).data];
  const outlines = useMemo(() => (findings && review ? lesionOutlines(findings, review) : []), [findings, review]);
  const glands = useMemo(
    () => (findings?.glands ?? []).map((rings, index): Shape => ({ id: `gland-${index}`, rings, bounds: boundsOf(rings) })),
    [findings],
  );
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
