import { slidePoint, type Alignment, type SlideSize, type Stand } from "../geometry";
import type { Mpp } from "../measure";

/** The alignment of two slides as they stand now. */
export function alignmentOf(from: Stand, to: Stand): Alignment {
  return { from: from.centre, to: to.centre, ratio: to.scale / from.scale, turn: to.turn - from.turn };
}

export function inverse({ from, to, ratio, turn }: Alignment): Alignment {
  return { from: to, to: from, ratio: 1 / ratio, turn: -turn };
}

interface Known {
  readonly size: SlideSize;
  readonly mpp: Mpp | null;
}

/** Centre on centre, upright, and the same length on the glass where both pixel sizes are known. */
export function plainAlignment(from: Known, to: Known): Alignment {
  const ratio = from.mpp && to.mpp ? to.mpp.x / from.mpp.x : 1;
  return { from: centreOf(from.size), to: centreOf(to.size), ratio, turn: 0 };
}

const centreOf = ({ width, height }: SlideSize) => slidePoint(width / 2, height / 2);
