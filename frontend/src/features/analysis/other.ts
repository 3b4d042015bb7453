import { isActive, isSigned } from "@/api/analyses";
import type { Analysis } from "@/api/types";

interface Other {
  kind: "signed" | "underWay" | "newer";
  analysis: Analysis;
}

/** What a reader should know of beside the analysis on show: the signed one, or a later one. */
export function otherWorthKnowing(analyses: readonly Analysis[], shown: Analysis): Other | null {
  const signed = analyses.find(isSigned);
  if (signed && !isSigned(shown)) return { kind: "signed", analysis: signed };
  const later = analyses.slice(0, analyses.indexOf(shown));
  const newer = later.find((one) => isSigned(one) || isActive(one) || one.status === "succeeded");
  return newer ? { kind: kindOf(newer), analysis: newer } : null;
}

function kindOf(newer: Analysis): Other["kind"] {
  if (isSigned(newer)) return "signed";
  return isActive(newer) ? "underWay" : "newer";
}
