import { useState } from "react";
import { isActive, isSigned } from "@/api/analyses";
import type { Analysis } from "@/api/types";

/** What may be asked for of an analysis: its review, or to a reader who reads first its glands alone. */
export function shownOf(analysis: Analysis | null): { id: string | null; reviewable: string | null; bare: string | null } {
  const id = analysis?.status === "succeeded" ? analysis.id : null;
  return { id, reviewable: analysis?.withheld ? null : id, bare: analysis?.withheld ? id : null };
}

/**
 * The analysis to show: the one asked for, else the newest with a signed review, which no later analysis takes out of sight,
 * else one under way, else the newest that succeeded, else the newest.
 */
export function chosenAnalysis(analyses: readonly Analysis[], asked: string | null): Analysis | null {
  return (
    analyses.find((one) => one.id === asked) ??
    analyses.find(isSigned) ??
    analyses.find(isActive) ??
    analyses.find((one) => one.status === "succeeded") ??
    analyses[0] ??
    null
  );
}

/** The analysis to show; findings that are open stay open, whatever comes or is signed meanwhile, until another is asked for. */
export function useChosenAnalysis(analyses: readonly Analysis[], asked: string | null): Analysis | null {
  const [opened, setOpened] = useState<string | null>(null);
  const chosen = chosenAnalysis(analyses, asked ?? opened);
  if (chosen?.status === "succeeded" && chosen.id !== opened) setOpened(chosen.id);
  return chosen;
}
