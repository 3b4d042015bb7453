import type { Findings, Lesion, Review } from "@/api/types";
import { standingOf } from "@/features/review/verdicts";
import { boundsOf } from "@/features/viewer/geometry";
import type { Look, Outline } from "@/features/viewer/outlines";

/** Lesions as the viewer draws them: by verdict, aggregates below the threshold apart. */
export function lesionOutlines(findings: Findings, review: Review): Outline[] {
  return findings.lesions.map((lesion) => ({
    id: lesion.id,
    label: String(lesion.number),
    look: lookOf(lesion, review),
    rings: lesion.polygon,
    bounds: boundsOf(lesion.polygon),
  }));
}

function lookOf(lesion: Lesion, review: Review): Look {
  const { verdict, countsAsFocus } = standingOf(lesion, review);
  if (verdict === "rejected") return "rejected";
  if (!countsAsFocus) return "aggregate";
  return verdict;
}
