import type { OwnRead } from "@/api/blind";

/** What can be recorded of a form; null while something is left open. Not being able to say is an answer. */
export function readOf(pattern: OwnRead["pattern"] | null, score: number | string, cannotSay: boolean): OwnRead | null {
  if (pattern === null) return null;
  if (cannotSay) return { pattern, estimated_focus_score: null };
  return typeof score === "number" && score >= 0 && score <= 100 ? { pattern, estimated_focus_score: score } : null;
}
