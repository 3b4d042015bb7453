import { useHotkeys } from "@mantine/hooks";

interface ReviewKeys {
  onStep: (step: 1 | -1) => void;
  onAccept: () => void;
  onReject: () => void;
  onEdit: () => void;
  onUndo: () => void;
  onRedo: () => void;
}

/** The reviewer's keys: J and K walk, A accepts, R rejects and asks why, E edits the outline, U undoes, shift and U does it again. */
export function useReviewKeys({ onStep, onAccept, onReject, onEdit, onUndo, onRedo }: ReviewKeys): void {
  useHotkeys([
    ["J", () => onStep(1)],
    ["K", () => onStep(-1)],
    ["A", onAccept],
    ["R", onReject],
    ["E", onEdit],
    ["U", onUndo],
    ["mod+Z", onUndo],
    ["shift+U", onRedo],
    ["mod+shift+Z", onRedo],
  ]);
}
