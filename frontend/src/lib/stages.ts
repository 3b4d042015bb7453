import { i18n } from "./i18n";

/** The stages of an analysis, in order. */
export const STAGES = ["tissue", "roi", "stain", "segmentation", "lesions", "lymphocytes", "attention"] as const;

export type StageName = (typeof STAGES)[number];

/** A stage as the screen names it. */
export function stageLabel(stage: StageName): string {
  return i18n.t(`stages.${stage}`);
}
