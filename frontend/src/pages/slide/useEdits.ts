import { useMemo } from "react";
import type { Findings } from "@/api/types";
import { boundsOf } from "@/features/viewer/geometry";
import type { Outline, Shape } from "@/features/viewer/outlines";
import { NO_EDITS, useEditedShapes } from "./editedShapes";

/** The outlines and glands of an analysis as they stand after the edits on this page. */
export function useEdits(analysisId: string | null, outlines: readonly Outline[], glands: Findings["glands"]) {
  const kept = useEditedShapes();
  const edits = kept.analysisId === analysisId ? kept : NO_EDITS;
  const found = useMemo(() => glands.map((rings, index): Shape => ({ id: `gland-${index}`, rings, bounds: boundsOf(rings) })), [glands]);
  return useMemo(() => {
    const stands = ({ id }: Shape) => !edits.removed.has(id);
    const drawn = edits.added.filter(({ layer }) => layer === "lesion");
    return {
      outlines: [...outlines.filter(stands), ...drawn.map((shape, index): Outline => ({ ...shape, label: `+${index + 1}`, look: "added" }))],
      glands: [...found.filter(stands), ...edits.added.filter(({ layer }) => layer === "gland")],
    };
  }, [edits, outlines, found]);
}
