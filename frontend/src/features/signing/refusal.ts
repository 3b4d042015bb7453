import { sentence, statusOf } from "@/api/errors";
import { i18n } from "@/lib/i18n";

const SAID = { 409: "refused.incomplete", 412: "refused.changed" } as const;

/** Why a review was not signed, in the language on screen. */
export function refusal(error: unknown): string {
  const status = statusOf(error) ?? 0;
  return status in SAID ? i18n.t(`signing:${SAID[status as keyof typeof SAID]}`) : sentence(error);
}
