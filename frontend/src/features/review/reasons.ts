import { isAccepted } from "@/api/review/applied";
import type { Review, Score } from "@/api/types";
import { i18n } from "@/lib/i18n";
import { inLanguage } from "@/lib/sentences";

/** Why there is no reviewed score, where there is none. */
export function reviewedReason({ decided, total, reviewed, lesions, fields }: Review): string {
  if (total === 0 && !fields.pattern) return i18n.t("review:noScore.nothingProposed");
  if (decided === 0) return i18n.t("review:noScore.nothingDecided");
  return lesions.some((one) => isAccepted(one) && one.counts_as_focus === null) ? i18n.t("review:noScore.counting") : reasonOf(reviewed);
}

/** Why a score is unknown: by its area where that tells, else in the server's words. */
export function reasonOf({ glandular_area_mm2, reason }: Score): string {
  if (glandular_area_mm2 === null) return i18n.t("review:noScore.areaUnknown");
  return glandular_area_mm2 <= 0 ? i18n.t("review:noScore.noGland") : inLanguage(reason ?? "");
}
