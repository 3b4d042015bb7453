import type { Lesion } from "@/api/types";
import { i18n } from "@/lib/i18n";

/** How a lesion is called: a focus holds at least 50 lymphocytes, or counts as one because a reader says so. */
export function nameOf(lesion: Lesion): string {
  return i18n.t(lesion.counts_as_focus === false ? "review:aggregate" : "review:focus", { number: lesion.number });
}

/** Why a lesion is rejected: what it is instead. The code is kept; whoever reads it sees the words. */
export const REASONS = ["duct", "plasma_cells", "too_few", "outside_gland", "artefact", "other"] as const;

export type Reason = (typeof REASONS)[number];

/** The words for a reason; one that is not in the list was typed. */
export function reasonText(reason: string): string {
  return (REASONS as readonly string[]).includes(reason) ? i18n.t(`review:reasons.${reason as Reason}`) : reason;
}
