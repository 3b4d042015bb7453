import type { ConsensusFields } from "@/api/types";
import { UNKNOWN } from "@/lib/format";
import { i18n } from "@/lib/i18n";

export type FieldName = keyof ConsensusFields;

/** Answers to some fields; null takes one back. */
export type Answers = Partial<ConsensusFields>;

/** What a part of the form is given. */
export interface Answered {
  fields: ConsensusFields;
  readOnly: boolean;
  onAnswer: (answers: Answers) => void;
}

type Answer = ConsensusFields[FieldName];

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

/** A field and its answer, in the words of the form. */
export function answered(name: string, answer: Answer): string {
  return `${fieldLabel(name)}: ${answerLabel(name, answer)}`;
}

function answerLabel(name: string, answer: Answer): string {
  if (answer === null) return UNKNOWN;
  if (typeof answer === "boolean") return i18n.t(answer ? "consensus:yes" : "consensus:no");
  const words = wordsOf(name);
  return words ? i18n.t(`consensus:${words}.${answer}` as "consensus:grades.mild") : String(answer);
}

function wordsOf(name: string): "patterns" | "grades" | "presence" | null {
  if (name === "pattern") return "patterns";
  if (GRADED.some((one) => one === name)) return "grades";
  return [...STRUCTURES, ...EXCLUSIONS].some((one) => one === name) ? "presence" : null;
}

/** Read a whole number as it was typed; null for nothing, undefined for what is none. */
export function countTyped(text: string): number | null | undefined {
  const typed = text.trim();
  if (typed === "") return null;
  return /^\d{1,5}$/.test(typed) && Number(typed) <= 10_000 ? Number(typed) : undefined;
}
