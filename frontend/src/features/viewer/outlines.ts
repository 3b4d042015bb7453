import type { SlideBox, SlideRings } from "./geometry";

export type Look = "undecided" | "confirmed" | "rejected" | "aggregate";

/** One lesion as the overlay draws it. */
export interface Outline {
  readonly id: string;
  readonly label: string;
  readonly look: Look;
  /** Drawn faintly, never left out. */
  readonly dimmed?: boolean;
  readonly rings: SlideRings;
  readonly bounds: SlideBox;
}

interface Stroke {
  readonly colour: string;
  readonly width: number;
  readonly dash: readonly number[];
}

/** Colours that stand out from haematoxylin and eosin; the lists use the same. */
export const STROKES: Record<Look, Stroke> = {
  undecided: { colour: "#ffb000", width: 2, dash: [] },
  confirmed: { colour: "#00a884", width: 2.5, dash: [] },
  rejected: { colour: "#5b6673", width: 1.5, dash: [5, 3] },
  aggregate: { colour: "#2f7de1", width: 1.25, dash: [] },
};

export const GLAND_STROKE: Stroke = { colour: "#3a4552", width: 1.25, dash: [2, 3] };
