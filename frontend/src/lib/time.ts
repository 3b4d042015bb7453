import { i18n, locale } from "./i18n";

const STEPS: [limit: number, seconds: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [3600, 60, "minute"],
  [86_400, 3600, "hour"],
  [7 * 86_400, 86_400, "day"],
  [31 * 86_400, 7 * 86_400, "week"],
  [365 * 86_400, 30 * 86_400, "month"],
  [Infinity, 365 * 86_400, "year"],
];

/** Say how long ago an ISO 8601 time was, in the largest unit that fits. */
export function ago(time: string, now: number = Date.now()): string {
  const elapsed = (now - Date.parse(time)) / 1000;
  if (elapsed < 45) return i18n.t("justNow");
  const [, size, unit] = STEPS.find(([limit]) => elapsed < limit)!;
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  return relative.format(-Math.max(1, Math.round(elapsed / size)), unit);
}

/** Write an ISO 8601 time in full, in UTC: as the server recorded it, and as reports say it. */
export function inUtc(time: string): string {
  const options = { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" } as const;
  return `${new Date(time).toLocaleString(locale(), options)} UTC`;
}

/** Write the day of an ISO 8601 time, in the reader's time zone. */
export function day(time: string): string {
  return new Date(time).toLocaleDateString(locale(), { dateStyle: "medium" });
}

/** Write a day that begins a period in UTC, as 2026-03-01: the month, or the day that a week begins with. */
export function periodFrom(start: string, span: "week" | "month"): string {
  const options = span === "month" ? ({ year: "numeric", month: "short" } as const) : ({ dateStyle: "medium" } as const);
  return new Date(start).toLocaleDateString(locale(), { ...options, timeZone: "UTC" });
}

/** Write an ISO 8601 time in full, in the reader's time zone. */
export function absolute(time: string): string {
  return new Date(time).toLocaleString(locale(), { dateStyle: "medium", timeStyle: "medium" });
}
