import type { SlideBox, SlideRings } from "./geometry";
import type { Pen } from "./trace";

export type Look = "undecided" | "confirmed" | "rejected" | "aggregate" | "drawn";

/** A polygon that has a name of its own. */
export interface Shape {
  readonly id: string;
  readonly rings: SlideRings;
  readonly bounds: SlideBox;
}

/** One lesion as the overlay draws it. */
export interface Outline extends Shape {
  readonly label: string;
  readonly look: Look;
  /** Drawn faintly, never left out. */
  readonly dimmed?: boolean;
}

/** From what is drawn first to what lies on top. */
export const LOOKS = ["rejected", "aggregate", "undecided", "confirmed", "drawn"] as const satisfies readonly Look[];

/** Colours that stand out from haematoxylin and eosin; the lists use the same. */
export const STROKES: Record<Look, Pen> = {
  undecided: { colour: "#ffb000", width: 2, dash: [] },
  confirmed: { colour: "#00a884", width: 2.5, dash: [] },
  rejected: { colour: "#5b6673", width: 1.5, dash: [5, 3] },
  aggregate: { colour: "#2f7de1", width: 1.25, dash: [] },
  drawn: { colour: "#7c3aed", width: 2.5, dash: [] },
};

export const GLAND_STROKE: Pen = { colour: "#3a4552", width: 1.25, dash: [2, 3] };
