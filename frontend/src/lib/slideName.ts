import { i18n } from "./i18n";

/** What the server calls a slide until a reader gives it a name. */
const NEUTRAL = /^Slide (\d+)$/;

/** The name of a slide as one reads it: the server's own in the language on screen, a reader's as it was typed. */
export function slideName(name: string): string {
  const number = NEUTRAL.exec(name)?.[1];
  return number ? i18n.t("common:neutralName", { number }) : name;
}

/** The name of a slide behind that of its case, if it is in one. */
export function nameInCase({ name, case: its }: { name: string; case: { pseudonym: string } | null }): string {
  return its ? `${its.pseudonym} · ${slideName(name)}` : slideName(name);
}
