/** What stands where a value is not known: never 0. */
export const UNKNOWN = "—";

export function fixed(value: number | null | undefined, digits: number): string {
  return value == null ? UNKNOWN : value.toFixed(digits);
}

export function percent(fraction: number | null | undefined, digits = 0): string {
  return fraction == null ? UNKNOWN : `${(100 * fraction).toFixed(digits)}\u00a0%`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Write a size in bytes with three significant digits, in powers of 1000 as file managers do. */
export function bytes(count: number): string {
  const power = count < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(count) / 3));
  const value = count / 1000 ** power;
  return `${power === 0 ? value : value.toPrecision(3)} ${UNITS[power]}`;
}

/** Write micrometres per pixel; both axes only where they differ. */
export function mpp(x: number | null, y: number | null): string {
  if (x == null || y == null) return UNKNOWN;
  const same = Math.abs(x - y) < 0.0005 * x;
  return same ? `${x.toPrecision(3)} µm/px` : `${x.toPrecision(3)} × ${y.toPrecision(3)} µm/px`;
}

/** Write the size of a raster on the glass, in millimetres. */
export function millimetres(width: number, height: number, mppX: number, mppY: number): string {
  return `${((width * mppX) / 1000).toFixed(1)} × ${((height * mppY) / 1000).toFixed(1)} mm`;
}

export function pixels(width: number, height: number): string {
  return `${width.toLocaleString("en")} × ${height.toLocaleString("en")} px`;
}

export function seconds(value: number): string {
  if (value < 60) return `${value.toFixed(value < 10 ? 1 : 0)} s`;
  const whole = Math.round(value);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
