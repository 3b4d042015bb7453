import { useMemo, useState } from "react";
import type { Findings, Review, Slide, Verdict } from "@/api/types";
import { BY_NUMBER, neighbour, ordered, type Sorting } from "@/features/review/order";
import { useReviewKeys } from "@/features/review/useReviewKeys";
import { standingOf } from "@/features/review/verdicts";
import { useViewerStore } from "@/features/viewer/context";
import { showBox } from "@/features/viewer/controls";
import { boundsOf, grown } from "@/features/viewer/geometry";
import type { Outline } from "@/features/viewer/outlines";
import { lesionOutlines } from "./lesionOutlines";
import { useVerdicts } from "./useVerdicts";

/** How much tissue to show about a lesion that one flies to. */
const SURROUNDINGS = 3;
const LEAST_VIEW_UM = 300;

export interface Desk {
  readonly outlines: readonly Outline[];
  readonly selected: string | null;
  readonly sorting: Sorting;
  select: (lesionId: string | null) => void;
  /** Select a lesion and fly there. */
  visit: (lesionId: string | null) => void;
  sort: (sorting: Sorting) => void;
  decide: (lesionId: string, verdict: Verdict, countsAsFocus: boolean | null) => void;
}

/** What viewer, list and keys share during a review: what is selected, in which order, and what a verdict does. */
export function useDesk(slide: Slide, findings: Findings | undefined, review: Review | undefined): Desk {
  const [selected, select] = useState<string | null>(null);
  const [sorting, sort] = useState(BY_NUMBER);
  const store = useViewerStore();
  const record = useVerdicts(findings);
  const outlines = useMemo(() => (findings && review ? lesionOutlines(findings, review) : []), [findings, review]);

  function visit(lesionId: string | null) {
    select(lesionId);
    const lesion = findings?.lesions.find((one) => one.id === lesionId);
    if (lesion) showBox(store, grown(boundsOf(lesion.polygon), SURROUNDINGS, LEAST_VIEW_UM / (slide.mpp_x ?? 1)));
  }

  /** Record a verdict; one that stands already is not said again. */
  function decide(lesionId: string, verdict: Verdict, countsAsFocus: boolean | null) {
    const lesion = findings?.lesions.find((one) => one.id === lesionId);
    if (!lesion || !review) return;
    const changes = countsAsFocus !== null || standingOf(lesion, review).verdict !== verdict;
    if (changes) record(lesionId, verdict, countsAsFocus);
  }

  function step(direction: 1 | -1) {
    const { foci, aggregates } = ordered(findings?.lesions ?? [], sorting);
    const next = neighbour([...foci, ...aggregates].map(({ id }) => id), selected, direction);
    visit(next);
  }

  useReviewKeys({ onStep: step, onVerdict: (verdict) => selected && decide(selected, verdict, null) });
  return { outlines, selected, sorting, select, visit, sort, decide };
}
