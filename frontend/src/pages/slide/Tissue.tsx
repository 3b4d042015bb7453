import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { keys } from "@/api/keys";
import { deepzoomUrl } from "@/api/slides";
import type { Slide } from "@/api/types";
import type { SlideRings } from "@/features/viewer/geometry";
import type { Outline } from "@/features/viewer/outlines";
import { SlideViewer } from "@/features/viewer/SlideViewer";
import { Problem } from "@/ui/Problem";

interface TissueProps {
  slide: Slide;
  outlines?: readonly Outline[];
  glands?: readonly SlideRings[];
  selected?: string | null;
  onSelect?: (lesionId: string | null) => void;
}

const NONE: readonly never[] = [];
const ignore = () => undefined;

/** The viewer on a slide of ours. A tile that cannot be had may mean that the session has ended: ask. */
export function Tissue({ slide, outlines = NONE, glands = NONE, selected = null, onSelect = ignore }: TissueProps) {
  const queries = useQueryClient();
  const checkSession = useCallback(() => void queries.invalidateQueries({ queryKey: keys.session }), [queries]);
  return (
    <SlideViewer
      deepzoomUrl={deepzoomUrl(slide.id)}
      mppX={slide.mpp_x}
      outlines={outlines}
      glands={glands}
      selected={selected}
      onSelect={onSelect}
      onTileLost={checkSession}
      whenFailed={
        <Problem
          title="The slide could not be opened"
          sentence="Its tiles could not be loaded from the server. Reload the page to try again."
          onRetry={() => window.location.reload()}
        />
      }
    />
  );
}
