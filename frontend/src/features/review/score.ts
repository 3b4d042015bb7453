import { isAccepted } from "@/api/review/applied";
import type { Lesion, Review } from "@/api/types";

/** The focus score that would be left without this lesion; null where it does not count in the reviewed score. */
export function scoreWithout(lesion: Lesion, { reviewed }: Review): number | null {
  const counts = isAccepted(lesion) && lesion.counts_as_focus;
  if (!counts || reviewed.focus_score === null || !reviewed.glandular_area_mm2) return null;
  return (4 * (reviewed.foci - 1)) / reviewed.glandular_area_mm2;
}
