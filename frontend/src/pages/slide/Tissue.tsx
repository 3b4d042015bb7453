import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { onReconnected } from "@/api/connection";
import { keys } from "@/api/keys";
import { useMaps } from "@/api/maps";
import { deepzoomUrl } from "@/api/slides";
import type { Findings, Slide } from "@/api/types";
import { reloadTiles } from "@/features/viewer/controls";
import { SlideViewer } from "@/features/viewer/SlideViewer";
import { Problem } from "@/ui/Problem";
import type { Desk } from "./useDesk";

interface TissueProps {
  slide: Slide;
  /** The analysis on show, once it has succeeded. */
  analysisId: string | null;
  glands: Findings["glands"];
  desk: Desk;
}

/** The viewer on a slide of ours. A tile that cannot be had may mean that the session has ended: ask. */
export function Tissue({ slide, analysisId, glands, desk }: TissueProps) {
  const { t } = useTranslation("slides");
  const queries = useQueryClient();
  const maps = useMaps(analysisId);
  const checkSession = useCallback(() => void queries.invalidateQueries({ queryKey: keys.session }), [queries]);
  useEffect(() => onReconnected(reloadTiles), []);
  return (
    <SlideViewer
      deepzoomUrl={deepzoomUrl(slide.id)}
      mppX={slide.mpp_x}
      outlines={desk.outlines}
      glands={glands}
      maps={maps.data}
      selected={desk.selected}
      onSelect={desk.select}
      onTileLost={checkSession}
      whenFailed={
        <Problem
          title={t("notOpened")}
          sentence={t("noTiles")}
          onRetry={() => window.location.reload()}
        />
      }
    />
  );
}
