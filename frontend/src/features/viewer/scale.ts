import { lengthLabel } from "./measure";

/** Magnification and scale bars. By convention 10× shows 1 µm in one pixel, so 20× shows 0.5 µm. */
export const MAGNIFICATIONS = [1, 2.5, 5, 10, 20, 40] as const;

export function umPerPixelAt(magnification: number): number {
  return 10 / magnification;
}

export function magnificationAt(umPerPixel: number): number {
  return 10 / umPerPixel;
}

export function magnificationLabel(magnification: number): string {
  return `${magnification >= 10 ? Math.round(magnification) : Number(magnification.toPrecision(2))}×`;
}

export interface ScaleBarLength {
  readonly um: number;
  readonly pixels: number;
  readonly label: string;
}

/** Choose the longest bar of 1, 2 or 5 times a power of ten that fits into `limit` screen pixels. */
export function scaleBar(umPerPixel: number, limit: number): ScaleBarLength {
  const available = umPerPixel * limit;
  const power = 10 ** Math.floor(Math.log10(available));
  const um = [5, 2, 1].map((step) => step * power).find((length) => length <= available * (1 + 1e-9)) ?? power;
  return { um, pixels: um / umPerPixel, label: lengthLabel(um) };
}
