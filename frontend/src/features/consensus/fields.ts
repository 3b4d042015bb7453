import type { ConsensusFields } from "@/api/types";
import { i18n } from "@/lib/i18n";

export type FieldName = keyof ConsensusFields;

/** Answers to some fields; null takes one back. */
export type Answers = Partial<ConsensusFields>;

/** What must be answered before sign-off; the server holds to the same. */
export const REQUIRED: readonly FieldName[] = [
  "pattern", "gc_like", "lymphoepithelial_lesions", "atrophy", "fibrosis", "duct_dilatation", "nscs",
];

export const PATTERNS = ["fls", "nscs", "sclerosing", "normal", "other"] as const;
export const GRADES = ["absent", "mild", "moderate", "severe"] as const;
export const PRESENCE = ["absent", "present"] as const;
export const CHISHOLM_MASON = ["0", "1", "2", "3", "4"] as const;

export const GRADED = ["atrophy", "fibrosis", "duct_dilatation", "nscs", "fatty_replacement"] as const;
export const STRUCTURES = ["gc_like", "lymphoepithelial_lesions"] as const;
export const EXCLUSIONS = ["granuloma", "amyloid", "igg4_type"] as const;

/** Where on the page a field is. */
export const placeOf = (name: string) => `field-${name}`;

/** What a field is called. */
export function fieldLabel(name: string): string {
  return i18n.t(`consensus:fields.${name as FieldName}`);
}

/** Read a whole number as it was typed; null for nothing, undefined for what is none. */
export function countTyped(text: string): number | null | undefined {
  const typed = text.trim();
  if (typed === "") return null;
  return /^\d{1,5}$/.test(typed) && Number(typed) <= 10_000 ? Number(typed) : undefined;
}
