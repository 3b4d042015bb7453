import type { components } from "./schema";

type Schemas = components["schemas"];

export type Session = Schemas["SessionOut"];
export type Slide = Schemas["SlideOut"];
export type SlidePage = Schemas["SlidePage"];
export type SlideChange = Schemas["SlideChange"];
export type SlideStatus = Slide["status"];
export type Analysis = Schemas["AnalysisOut"];
export type Findings = Schemas["FindingsOut"];
export type Lesion = Schemas["LesionOut"];
/** A map over the slide, and where its tiles are asked for. */
export type SlideMap = Schemas["MapOut"] & { readonly url: string };
export type Review = Schemas["ReviewOut"];
export type Score = Schemas["ScoreOut"];
export type Verdict = Schemas["VerdictOut"]["verdict"];
export type Decision = Schemas["DecisionIn"];
