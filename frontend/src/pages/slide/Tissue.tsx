import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { onReconnected } from "@/api/connection";
import { keys } from "@/api/keys";
import { useMaps } from "@/api/maps";
import { deepzoomUrl } from "@/api/slides";
import type { Findings, Slide } from "@/api/types";
import { useViewerStore } from "@/features/viewer/context";
import { reloadTiles } from "@/features/viewer/controls";
import { SlideViewer } from "@/features/viewer/SlideViewer";
import type { ShapeChange } from "@/features/viewer/tools/tool";
import { Problem } from "@/ui/Problem";
import { recordChange } from "./editedShapes";
import type { Desk } from "./useDesk";
import { useEdits } from "./useEdits";

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
  const store = useViewerStore();
  const mpp = useMemo(() => (slide.mpp_x && slide.mpp_y ? { x: slide.mpp_x, y: slide.mpp_y } : null), [slide.mpp_x, slide.mpp_y]);
  const edits = useEdits(analysisId, desk.outlines, glands);
  const selection = useSelection(desk);
  const { select } = selection;
  const change = useMemo(
    () => (analysisId === null ? undefined : (made: ShapeChange) => select(recordChange(analysisId, made))),
    [analysisId, select],
  );
  useEffect(() => onReconnected(() => reloadTiles(store)), [store]);
  return (
    <SlideViewer
      deepzoomUrl={deepzoomUrl(slide.id)}
      mpp={mpp}
      outlines={edits.outlines}
      glands={edits.glands}
      maps={maps.data}
      selected={selection.ids}
      onSelect={select}
      onShapeChange={change}
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

/** Several shapes can be selected; the desk knows the last of them. */
function useSelection({ selected, select: selectOne }: Desk) {
  const [several, setSeveral] = useState<readonly string[]>([]);
  const ids = useMemo(() => {
    if (selected === null) return [];
    return several.at(-1) === selected ? several : [selected];
  }, [several, selected]);
  const select = useCallback((chosen: readonly string[]) => (setSeveral(chosen), selectOne(chosen.at(-1) ?? null)), [selectOne]);
  return { ids, select };
}
