import type { Review, Score } from "@/api/types";
import { i18n } from "@/lib/i18n";

/** Why there is no reviewed score, where there is none. */
export function reviewedReason({ decided, total, reviewed }: Review): string {
  if (total === 0) return i18n.t("review:noScore.nothingProposed");
  return decided === 0 ? i18n.t("review:noScore.nothingDecided") : reasonOf(reviewed);
}

/** Why a score is unknown: by its area where that tells, else in the server's words. */
export function reasonOf({ glandular_area_mm2, reason }: Score): string {
  if (glandular_area_mm2 === null) return i18n.t("review:noScore.areaUnknown");
  return glandular_area_mm2 <= 0 ? i18n.t("review:noScore.noGland") : (reason ?? "");
}
