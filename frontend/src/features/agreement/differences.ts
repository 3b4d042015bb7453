import type { Agreement } from "@/api/types";

/** How far an estimate was from what was signed, in foci per 4 mm². */
export interface Difference {
  readonly slide: string;
  readonly at: string;
  readonly value: number;
}

/** Estimated minus signed, in the order of the reads; slides without both scores are left out. */
export function differences({ slides }: Agreement): Difference[] {
  return slides.flatMap(({ slide, read_at, estimated_focus_score, signed_focus_score }) =>
    estimated_focus_score === null || signed_focus_score === null
      ? []
      : [{ slide, at: read_at, value: estimated_focus_score - signed_focus_score }],
  );
}

/** The largest distance from zero that a plot has to show, rounded up to whole foci. */
export function reach(values: readonly number[]): number {
  return Math.max(1, Math.ceil(Math.max(0, ...values.map(Math.abs))));
}

/** Where each point stands between the first, 0, and the last, 1, in time; in the middle where all are of one moment. */
export function placedInTime(points: readonly Difference[]): number[] {
  const times = points.map(({ at }) => Date.parse(at));
  const first = Math.min(...times);
  const span = Math.max(...times) - first;
  return times.map((time) => (span > 0 ? (time - first) / span : 0.5));
}
