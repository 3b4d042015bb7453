/** An answer that is not the one asked for: a sentence for the reader, and the HTTP status (0: no answer at all). */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

export const UNREACHABLE = "The server cannot be reached. Check the connection; nothing on screen is lost.";

const BY_STATUS: Record<number, string> = {
  401: "Please sign in again.",
  413: "The file is larger than this server accepts.",
  502: "The server is restarting. Try again in a moment.",
  503: "The server is not ready. Try again in a moment.",
};

/** Take the sentence out of an error's body, or find one for its status. */
export function sentenceOf(status: number, body: unknown): string {
  const detail = (body as { detail?: unknown } | undefined)?.detail;
  if (typeof detail === "string" && detail) return detail;
  return BY_STATUS[status] ?? `The server answered with an unexpected error (${status}).`;
}

/** The sentence to show for anything that was thrown. */
export function sentence(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return "Something went wrong on this page. Reload it and try again.";
}

export function statusOf(error: unknown): number | undefined {
  return error instanceof ApiError ? error.status : undefined;
}
