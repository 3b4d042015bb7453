import { useMemo, useState } from "react";
import type { Lesion, Review, Slide } from "@/api/types";
import { isAccepted } from "@/api/review/applied";
import { useMay } from "@/api/session";
import { isDimmed } from "@/features/review/LesionTable";
import { BY_NUMBER, neighbour, nextUndecided, ordered, type Sorting } from "@/features/review/order";
import type { Guard } from "@/features/review/softLock";
import { useReviewKeys } from "@/features/review/useReviewKeys";
import type { Reason } from "@/features/review/verdicts";
import { useViewerStore } from "@/features/viewer/context";
import { showBox } from "@/features/viewer/controls";
import { boundsOf, grown } from "@/features/viewer/geometry";
import type { Outline, Shape } from "@/features/viewer/outlines";
import { editOutline } from "@/features/viewer/tools/editing";
import { glandShapes, lesionOutlines } from "./outlinesOf";
import type { Act } from "./useActions";

/** How much tissue to show about a lesion that one flies to. */
const SURROUNDINGS = 3;
const LEAST_VIEW_UM = 300;

export interface Desk {
  readonly outlines: readonly Outline[];
  readonly glands: readonly Shape[];
  readonly selected: string | null;
  readonly sorting: Sorting;
  /** Undecided lesions below it are dimmed. */
  readonly leastConfidence: number;
  /** The lesion whose rejection waits for a reason. */
  readonly rejecting: Lesion | null;
  /** The undecided lesions that are not dimmed. */
  readonly visible: readonly Lesion[];
  /** Whether anything can be changed: there is a review, and it is not signed. */
  readonly open: boolean;
  select: (lesionId: string | null) => void;
  /** Select a lesion and fly there. */
  visit: (lesionId: string | null) => void;
  sort: (sorting: Sorting) => void;
  setLeastConfidence: (confidence: number) => void;
  decide: (lesionId: string, verdict: Given, countsAsFocus: boolean | null) => void;
  decideAll: (verdict: "confirmed" | "rejected") => void;
  reject: (reason: Reason | null) => void;
  dropRejection: () => void;
  act: Act;
  /** Ask before a change that is no action where somebody else is at the review. */
  guard: Guard;
}

type Given = "confirmed" | "rejected" | "undecided";

interface Said {
  countsAsFocus?: boolean | null;
  reason?: Reason | null;
  /** What follows once it is said. */
  then?: () => void;
}

/** What viewer, list and keys share during a review: what is selected, in which order, and what a verdict does. */
export function useDesk(slide: Slide, review: Review | undefined, { act, guard }: Pick<Desk, "act" | "guard">): Desk {
  const store = useViewerStore();
  const [selected, select] = useState<string | null>(null);
  const [sorting, sort] = useState(BY_NUMBER);
  const [leastConfidence, setLeastConfidence] = useState(0);
  const [rejectingId, setRejecting] = useState<string | null>(null);
  const lesions = review?.lesions ?? NONE;
  const reads = useMay("read");
  const open = review !== undefined && !review.signed && reads;
  const outlines = useMemo(() => (review ? lesionOutlines(review, leastConfidence) : []), [review, leastConfidence]);
  const glands = useMemo(() => (review ? glandShapes(review.glands) : []), [review]);
  const queue = useMemo(() => {
    const { foci, aggregates } = ordered(lesions, sorting);
    return [...foci, ...aggregates];
  }, [lesions, sorting]);
  const visible = queue.filter((one) => one.verdict === "undecided" && !isDimmed(one, leastConfidence));

  function visit(lesionId: string | null) {
    select(lesionId);
    const lesion = lesions.find((one) => one.id === lesionId);
    if (lesion) showBox(store, grown(boundsOf(lesion.polygon), SURROUNDINGS, LEAST_VIEW_UM / (slide.mpp_x ?? 1)));
  }

  function say(lesionIds: readonly string[], verdict: Given, { countsAsFocus = null, reason = null, then }: Said = {}) {
    if (!open || lesionIds.length === 0) return;
    act({ kind: "verdict", lesion_ids: [...lesionIds], verdict, counts_as_focus: countsAsFocus, reason }, then);
  }

  function onwards(lesionId: string) {
    const next = nextUndecided(queue, lesionId);
    if (next) visit(next);
  }

  function accept() {
    const lesion = lesions.find((one) => one.id === selected);
    if (!lesion || !open) return;
    const then = () => onwards(lesion.id);
    if (isAccepted(lesion)) then();
    else say([lesion.id], "confirmed", { then });
  }

  function reject(reason: Reason | null) {
    if (!rejectingId) return;
    setRejecting(null);
    say([rejectingId], "rejected", { reason, then: () => onwards(rejectingId) });
  }

  function decide(lesionId: string, verdict: Given, countsAsFocus: boolean | null) {
    select(lesionId);
    if (verdict === "rejected") return void (open && setRejecting(lesionId));
    say([lesionId], verdict, { countsAsFocus });
  }

  useReviewKeys({
    onStep: (direction) => visit(neighbour(queue.map(({ id }) => id), selected, direction)),
    onAccept: accept,
    onReject: () => open && lesions.some(({ id }) => id === selected) && setRejecting(selected),
    onEdit: () => open && selected && editOutline(store, glands.some(({ id }) => id === selected) ? "gland" : "lesion"),
    onUndo: () => open && act({ kind: "undo" }),
    onRedo: () => open && act({ kind: "redo" }),
  });
  return {
    outlines, glands, selected, sorting, leastConfidence, visible, open,
    rejecting: lesions.find(({ id }) => id === rejectingId) ?? null,
    select, visit, sort, setLeastConfidence, decide, reject, act, guard,
    decideAll: (verdict) => say(visible.map(({ id }) => id), verdict),
    dropRejection: () => setRejecting(null),
  };
}

const NONE: readonly Lesion[] = [];
