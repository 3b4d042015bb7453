import type { Lesion, Review } from "@/api/types";
import { isDimmed } from "@/features/review/LesionTable";
import { boundsOf } from "@/features/viewer/geometry";
import type { Look, Outline, Shape } from "@/features/viewer/outlines";

/** Lesions as the viewer draws them: by verdict, aggregates below the threshold and drawn ones apart, those of little confidence dimmed. */
export function lesionOutlines(review: Review, leastConfidence: number): Outline[] {
  return review.lesions.map((lesion) => ({
    id: lesion.id,
    label: String(lesion.number),
    look: lookOf(lesion),
    dimmed: isDimmed(lesion, leastConfidence),
    rings: lesion.polygon,
    bounds: boundsOf(lesion.polygon),
  }));
}

/** Glands as the viewer draws them. */
export function glandShapes(review: Review): Shape[] {
  return review.glands.map(({ id, polygon }) => ({ id, rings: polygon, bounds: boundsOf(polygon) }));
}

function lookOf({ verdict, counts_as_focus }: Lesion): Look {
  if (verdict === "rejected") return "rejected";
  if (counts_as_focus === false) return "aggregate";
  if (verdict === "corrected" || verdict === "added") return "drawn";
  return verdict === "undecided" ? "undecided" : "confirmed";
}
