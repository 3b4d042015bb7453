import { i18n } from "./i18n";

/** Why a slide does not count in the sum of its case. The code is kept; whoever reads it sees the words. */
export const LEFT_OUT = ["damaged", "stain", "blurred", "no_gland", "same_section"] as const;

export type LeftOut = (typeof LEFT_OUT)[number];

/** The words for a reason; one that is not in the list was typed. */
export function leftOutText(reason: string): string {
  return (LEFT_OUT as readonly string[]).includes(reason) ? i18n.t(`cases:leftOut.${reason as LeftOut}`) : reason;
}
