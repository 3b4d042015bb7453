import type { Review, Score } from "@/api/types";

const NOTHING_PROPOSED = "Nothing was proposed, so nothing has been reviewed.";

/** The score of a review. Where the network proposed nothing nobody has decided anything: unknown, not 0. */
export function reviewedScore({ reviewed, total }: Review): Score {
  if (total > 0) return reviewed;
  const unknown = { focus_score: null, low: null, high: null, area_fraction: null, meets_criterion: null };
  return { ...reviewed, ...unknown, reason: NOTHING_PROPOSED };
}
