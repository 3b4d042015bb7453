import { isActive } from "@/api/analyses";
import type { Analysis } from "@/api/types";

/** The analysis to show: the one asked for, else one under way, else the newest that succeeded, else the newest. */
export function chosenAnalysis(analyses: readonly Analysis[], asked: string | null): Analysis | null {
  return (
    analyses.find((one) => one.id === asked) ??
    analyses.find(isActive) ??
    analyses.find((one) => one.status === "succeeded") ??
    analyses[0] ??
    null
  );
}
