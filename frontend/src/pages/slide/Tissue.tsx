import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { useMaps } from "@/api/maps";
import { deepzoomUrl, useSrgbUrl } from "@/api/slides";
import type { Slide } from "@/api/types";
import { SlideViewer } from "@/features/viewer/SlideViewer";
import type { ShapeChange } from "@/features/viewer/tools/tool";
import { Problem } from "@/ui/Problem";
import { shapeAction } from "./shapeAction";
import type { Desk } from "./useDesk";

interface TissueProps {
  slide: Slide;
  /** The analysis on show, once it has succeeded. */
  analysisId: string | null;
  desk: Desk;
}

/** The viewer on a slide of ours. A tile that cannot be had may mean that the session has ended: ask. */
export function Tissue({ slide, analysisId, desk }: TissueProps) {
  const { t } = useTranslation("slides");
  const queries = useQueryClient();
  const maps = useMaps(analysisId);
  const srgbUrl = useSrgbUrl(slide.id);
  const checkSession = useCallback(() => void queries.invalidateQueries({ queryKey: keys.session }), [queries]);
  const mpp = useMemo(() => (slide.mpp_x && slide.mpp_y ? { x: slide.mpp_x, y: slide.mpp_y } : null), [slide.mpp_x, slide.mpp_y]);
  const { ids, select } = useSelection(desk);
  const change = useShapeChange(desk, select);
  return (
    <SlideViewer
      deepzoomUrl={deepzoomUrl(slide.id)}
      srgbUrl={srgbUrl}
      mpp={mpp}
      outlines={desk.outlines}
      glands={desk.glands}
      maps={maps.data}
      selected={ids}
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

/** Takes an edit to the review and selects what came of it; nothing while the review cannot be changed. */
function useShapeChange({ open, act }: Desk, select: (ids: readonly string[]) => void) {
  return useMemo(() => {
    if (!open) return undefined;
    return (change: ShapeChange) => {
      const action = shapeAction(change);
      act(action, () => select(action.added.map(({ id }) => id)));
    };
  }, [open, act, select]);
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
