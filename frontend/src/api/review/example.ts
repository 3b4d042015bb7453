import type { Lesion, Review, Score } from "../types";

/** A lesion for tests. */
export function aLesion(number: number, lymphocytes: number | null, given: Partial<Lesion> = {}): Lesion {
  return {
    id: `lesion-${number}`, number, polygon: [[[0, 0], [100, 0], [100, 100], [0, 100], [0, 0]]], area_mm2: 0.2,
    lymphocyte_count: lymphocytes, confidence: 0.9, parents: [], verdict: "undecided",
    counts_as_focus: lymphocytes === null ? null : lymphocytes >= 50, overridden: false, borderline: false, reason: null,
    decided_by: null, decided_at: null, ...given,
  };
}

const score: Score = {
  foci: 0, glandular_area_mm2: 4, focus_score: null, low: null, high: null, reason: "No focus has been decided yet.",
  area_fraction: null, meets_criterion: null,
};

const NOT_ANSWERED = {
  specimen: null, sections: null, levels: null, glands: null, pattern: null, confluent: null, gc_like: null,
  lymphoepithelial_lesions: null, atrophy: null, fibrosis: null, duct_dilatation: null, nscs: null, fatty_replacement: null,
  granuloma: null, amyloid: null, igg4_type: null, chisholm_mason: null, tarpley: null, comment: null,
};

/** A review for tests, of 4 mm² of gland. */
export function aReview(...lesions: Lesion[]): Review {
  return {
    analysis_id: "a", version: "0-0", signed: false, started_by: null, started_at: null, lesions, glands: [],
    fields: NOT_ANSWERED, missing_fields: ["pattern"], suggested_chisholm_mason: null, comments: [], reads: [],
    undo: null, redo: null, signatures: [], decided: 0, total: lesions.length, complete: false, predicted: score,
    reviewed: score, if_rest_confirmed: score,
  };
}
