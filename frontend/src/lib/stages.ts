/** The stages of an analysis, in order, as the screen names them. */
export const STAGES = ["tissue", "roi", "stain", "segmentation", "lesions", "lymphocytes", "attention"] as const;

export type StageName = (typeof STAGES)[number];

export const STAGE_LABELS: Record<StageName, string> = {
  tissue: "Finding tissue",
  roi: "Finding glands",
  stain: "Measuring the stain",
  segmentation: "Segmenting infiltrates",
  lesions: "Outlining lesions",
  lymphocytes: "Counting lymphocytes",
  attention: "Mapping attention",
};
