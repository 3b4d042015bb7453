import { useHotkeys } from "@mantine/hooks";
import type { Verdict } from "@/api/types";

interface ReviewKeys {
  onStep: (step: 1 | -1) => void;
  onVerdict: (verdict: Verdict) => void;
}

/** The reviewer's keys: J and K walk, A accepts, R rejects, U takes a verdict back. */
export function useReviewKeys({ onStep, onVerdict }: ReviewKeys): void {
  useHotkeys([
    ["J", () => onStep(1)],
    ["K", () => onStep(-1)],
    ["A", () => onVerdict("confirmed")],
    ["R", () => onVerdict("rejected")],
    ["U", () => onVerdict("undecided")],
  ]);
}
