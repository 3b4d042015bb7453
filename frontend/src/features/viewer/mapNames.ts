import type { SlideMap } from "@/api/types";
import { i18n } from "@/lib/i18n";

/** What a map is called: by its kind, which is stable, and for attention by its fusion block. */
export function titleOf({ kind, name }: SlideMap): string {
  if (kind === "attention") return i18n.t("viewer:maps.attention", { block: name.replace("attention-", "") });
  return i18n.t(`viewer:maps.${kind}`);
}

const REGIONS = { Gland: "gland", "Other tissue": "other", Artefact: "artefact" } as const;

/** A class of tissue in the reader's language; one that is not known here stays as the server names it. */
export function regionOf(label: string): string {
  return label in REGIONS ? i18n.t(`viewer:regions.${REGIONS[label as keyof typeof REGIONS]}`) : label;
}
