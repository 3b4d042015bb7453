import type { SlidePoint } from "./geometry";

/** Micrometres in a slide pixel, across and down. */
export interface Mpp {
  readonly x: number;
  readonly y: number;
}

export function lengthUm(line: readonly SlidePoint[], mpp: Mpp): number {
  return line.slice(1).reduce((sum, to, index) => {
    const from = line[index]!;
    return sum + Math.hypot((to.x - from.x) * mpp.x, (to.y - from.y) * mpp.y);
  }, 0);
}

export function lengthLabel(um: number): string {
  return um >= 1000 ? `${Number((um / 1000).toPrecision(3))} mm` : `${Number(um.toPrecision(3))} µm`;
}

/** A square millimetre is a million square micrometres; below a thousandth of one, µm² are easier to read. */
export function areaLabel(um2: number): string {
  return um2 >= 1000 ? `${Number((um2 / 1e6).toPrecision(3))} mm²` : `${Number(um2.toPrecision(3))} µm²`;
}
