import { useKeys } from "@/lib/keys/useKeys";

interface ReviewKeys {
  onStep: (step: 1 | -1) => void;
  onAccept: () => void;
  onReject: () => void;
  onEdit: () => void;
  onUndo: () => void;
  onRedo: () => void;
}

/** The reviewer's keys: walk through the lesions, accept, reject and say why, edit the outline, undo, do it again. */
export function useReviewKeys({ onStep, onAccept, onReject, onEdit, onUndo, onRedo }: ReviewKeys): void {
  useKeys({
    next: () => onStep(1),
    previous: () => onStep(-1),
    accept: onAccept,
    reject: onReject,
    edit: onEdit,
    undo: onUndo,
    redo: onRedo,
  });
}
