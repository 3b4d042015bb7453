import type { Lesion, Review, Verdict } from "@/api/types";
import { i18n } from "@/lib/i18n";

/** Where a lesion stands in a review. */
export interface LesionStanding {
  readonly verdict: Verdict;
  readonly countsAsFocus: boolean;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
}

export function standingOf(lesion: Lesion, review: Review): LesionStanding {
  const row = review.verdicts.find((one) => one.lesion_id === lesion.id);
  if (!row || row.verdict === "undecided") {
    return { verdict: "undecided", countsAsFocus: lesion.counts_as_focus, decidedBy: null, decidedAt: null };
  }
  return { verdict: row.verdict, countsAsFocus: row.counts_as_focus, decidedBy: row.decided_by, decidedAt: row.decided_at };
}

/** How a lesion is called: a focus holds at least 50 lymphocytes. */
export function nameOf(lesion: Lesion): string {
  return i18n.t(lesion.counts_as_focus ? "review:focus" : "review:aggregate", { number: lesion.number });
}
