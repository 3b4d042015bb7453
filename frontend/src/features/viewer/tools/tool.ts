import type { SlidePoint, SlideRings, SlideSize } from "../geometry";
import type { Mpp } from "../measure";
import type { Shape } from "../outlines";

export type Layer = "lesion" | "gland";

/** What drawing does: make a new shape, add to the selected ones, or take away from them. */
export type Mode = "new" | "add" | "subtract";

/** What an edit does to the shapes; the added ones are named by whoever keeps them. */
export interface ShapeChange {
  readonly removed: readonly string[];
  readonly added: readonly AddedShape[];
}

export interface AddedShape {
  readonly layer: Layer;
  readonly rings: SlideRings;
  /** The shapes that it was made from. */
  readonly parents: readonly string[];
}

/** What a tool works on at this moment. */
export interface Bench {
  readonly layer: Layer;
  /** The shapes of that layer. */
  readonly shapes: readonly Shape[];
  /** Those of them that are selected. */
  readonly selected: readonly Shape[];
  readonly mode: Mode;
  readonly slide: SlideSize;
  readonly mpp: Mpp | null;
  /** The brush, in slide pixels. */
  readonly radius: number;
  /** How near counts as on it, in slide pixels. */
  readonly reach: number;
}

/** Where the pointer is, and which keys are held with it. */
export interface Step {
  readonly point: SlidePoint;
  readonly adds: boolean;
  readonly subtracts: boolean;
}

export type Tone = "draw" | "subtract" | "wrong" | "measure";

/** What a tool shows while it is at work. */
export interface Preview {
  readonly tone: Tone;
  readonly areas?: readonly SlideRings[];
  readonly line?: readonly SlidePoint[];
  /** How wide the line is, in slide pixels; a hair without it. */
  readonly width?: number;
  readonly handles?: readonly SlidePoint[];
  readonly circle?: { readonly centre: SlidePoint; readonly radius: number };
  readonly label?: { readonly at: SlidePoint; readonly text: string };
}

/** Why an edit was not made. */
export type Refusal = "tooFewPoints" | "crossesItself" | "outsideSlide" | "nothingThere" | "notCut" | "apart" | "noHoles";

/** What comes of a step: what is missing stays as it was. */
export interface Answer {
  readonly preview?: Preview | null;
  readonly change?: ShapeChange;
  readonly select?: readonly string[];
  readonly refused?: Refusal;
}

export type ToolKey = "close" | "back" | "delete";

/** A small state machine; cancelling is to take a new one. */
export interface Tool {
  /** Whether a press here is the tool's; else it moves the slide. */
  takes(step: Step, bench: Bench): boolean;
  press?(step: Step, bench: Bench): Answer;
  drag?(step: Step, bench: Bench): Answer;
  release?(step: Step, bench: Bench): Answer;
  hover?(step: Step, bench: Bench): Answer;
  /** Null where the key means nothing now. */
  key?(key: ToolKey, bench: Bench): Answer | null;
  /** Forget the press that is under way: a second finger came down to move the slide. */
  abort?(): Answer;
}
