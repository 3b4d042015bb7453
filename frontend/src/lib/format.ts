import { i18n, locale } from "./i18n";

/** What stands where a value is not known: never 0. */
export const UNKNOWN = "—";

export const MPP_UNIT = "µm/px";

/** Write a number with so many digits after the point. */
export function fixed(value: number | null | undefined, digits: number): string {
  return value == null ? UNKNOWN : number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function percent(fraction: number | null | undefined, digits = 0): string {
  return fraction == null ? UNKNOWN : i18n.t("percent", { value: fixed(100 * fraction, digits) });
}

/** How far something is, never 100 % before it is done. */
export function percentSoFar(fraction: number): string {
  return percent(Math.floor(100 * fraction) / 100);
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Write a size in bytes with three significant digits, in powers of 1000 as file managers do. */
export function bytes(count: number): string {
  const power = count < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(count) / 3));
  const value = count / 1000 ** power;
  return `${power === 0 ? number(value) : significant(value)} ${UNITS[power]}`;
}

/** Write micrometres per pixel; both axes only where they differ. */
export function mpp(x: number | null, y: number | null): string {
  if (x == null || y == null) return UNKNOWN;
  const same = Math.abs(x - y) < 0.0005 * x;
  return same ? `${significant(x)} ${MPP_UNIT}` : `${significant(x)} × ${significant(y)} ${MPP_UNIT}`;
}

/** Write the size of a raster on the glass, in millimetres. */
export function millimetres(width: number, height: number, mppX: number, mppY: number): string {
  return `${fixed((width * mppX) / 1000, 1)} × ${fixed((height * mppY) / 1000, 1)} mm`;
}

export function pixels(width: number, height: number): string {
  return `${number(width)} × ${number(height)} px`;
}

export function seconds(value: number): string {
  if (value < 60) return i18n.t("seconds", { seconds: fixed(value, value < 10 ? 1 : 0) });
  const whole = Math.round(value);
  return i18n.t("minutes", { minutes: Math.floor(whole / 60), seconds: whole % 60 });
}

function significant(value: number): string {
  return number(value, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
}

function number(value: number, options?: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(locale(), options).format(value).replace("-", "−"); // Intl writes a hyphen
}
