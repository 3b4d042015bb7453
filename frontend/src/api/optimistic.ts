import type { Decision, Findings, Review, Score } from "./types";

type VerdictRow = Review["verdicts"][number];

/**
 * Say what the review will be once the server has recorded a decision.
 *
 * The interval is left unknown: the server computes it. Everything else follows from the verdicts.
 */
export function withDecision(review: Review, findings: Findings, decision: Decision, by: string): Review {
  const row = verdictRow(findings, decision, by);
  const verdicts = [...review.verdicts.filter((one) => one.lesion_id !== decision.lesion_id), row];
  const decided = verdicts.filter((one) => one.verdict !== "undecided").length;
  const reviewed = decided === 0 ? undecidedScore(review.reviewed) : scoreOf(verdicts, findings, review.reviewed);
  return { ...review, verdicts, decided, complete: decided === review.total, reviewed };
}

function verdictRow(findings: Findings, decision: Decision, by: string): VerdictRow {
  const lesion = findings.lesions.find((one) => one.id === decision.lesion_id);
  return {
    lesion_id: decision.lesion_id,
    verdict: decision.verdict,
    counts_as_focus: decision.counts_as_focus ?? lesion?.counts_as_focus ?? false,
    decided_by: by,
    decided_at: new Date().toISOString(),
  };
}

function undecidedScore(score: Score): Score {
  const unknown = { focus_score: null, low: null, high: null, area_fraction: null, meets_criterion: null };
  return { ...score, ...unknown, foci: 0, reason: "No focus has been decided yet." };
}

function scoreOf(verdicts: VerdictRow[], findings: Findings, before: Score): Score {
  const area = before.glandular_area_mm2;
  const confirmed = new Set(verdicts.filter(isConfirmedFocus).map((one) => one.lesion_id));
  const foci = confirmed.size;
  if (!area) return { ...before, foci };
  const focusArea = findings.lesions.filter((one) => confirmed.has(one.id)).reduce((sum, one) => sum + one.area_mm2, 0);
  const focusScore = (4 * foci) / area;
  return {
    ...before,
    foci,
    focus_score: focusScore,
    low: null,
    high: null,
    reason: null,
    area_fraction: focusArea / area,
    meets_criterion: focusScore >= 1,
  };
}

const isConfirmedFocus = (row: VerdictRow) => row.verdict === "confirmed" && row.counts_as_focus;
