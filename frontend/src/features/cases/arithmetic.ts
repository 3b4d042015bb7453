import type { Case, CaseSum } from "@/api/types";
import { fixed } from "@/lib/format";
import { i18n } from "@/lib/i18n";
import { inLanguage } from "@/lib/sentences";
import { slideName } from "@/lib/slideName";

/** Whether a slide counts in the sum; a reader may have left it out. */
export const counts = (part: CaseSum["parts"][number]) => part.left_out === null;

/** Spell out how the summed score comes about, or null where it is unknown. */
export function arithmetic({ focus_score, parts }: CaseSum): string | null {
  if (focus_score === null) return null;
  const counted = parts.filter(counts);
  return i18n.t("cases:arithmetic", {
    foci: counted.map((one) => one.foci).join(" + "),
    areas: counted.map((one) => fixed(one.glandular_area_mm2, 2)).join(" + "),
    score: fixed(focus_score, 2),
  });
}

/** Why the summed score is unknown: the first slide that lacks its own, by name. */
export function reasonOf({ focus_score, parts, reason }: CaseSum): string {
  if (focus_score !== null) return "";
  const lacking = parts.find((one) => counts(one) && one.reason !== null);
  if (!lacking) return inLanguage(reason ?? "");
  return i18n.t("cases:because", { name: slideName(lacking.name), reason: inLanguage(lacking.reason ?? "") });
}

/** The score that a list shows: the reviewed one, else the predicted. */
export function shownSum({ predicted, reviewed }: Case): { sum: CaseSum; kind: "reviewedSum" | "predictedSum" | "unknownSum" } {
  if (reviewed.focus_score !== null) return { sum: reviewed, kind: "reviewedSum" };
  return { sum: predicted, kind: predicted.focus_score === null ? "unknownSum" : "predictedSum" };
}
