import { i18n } from "@/lib/i18n";
import { inLanguage } from "@/lib/sentences";

/** An answer that is not the one asked for: a sentence for the reader, and the HTTP status (0: no answer at all). */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

const BY_STATUS = {
  0: "errors.unreachable",
  401: "errors.signIn",
  413: "errors.tooLarge",
  502: "errors.restarting",
  503: "errors.notReady",
} as const;

/** Take the sentence out of an error's body, or find one for its status. */
export function sentenceOf(status: number, body: unknown): string {
  const detail = (body as { detail?: unknown } | undefined)?.detail;
  if (typeof detail === "string" && detail) return inLanguage(detail);
  return status in BY_STATUS
    ? i18n.t(BY_STATUS[status as keyof typeof BY_STATUS])
    : i18n.t("errors.unexpected", { status });
}

/** The sentence to show for anything that was thrown. */
export function sentence(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return i18n.t("errors.onPage");
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof ApiError ? error.status : undefined;
}
