import type { QueryClient } from "@tanstack/react-query";
import { api } from "../client";
import { ApiError, sentenceOf } from "../errors";
import { keys } from "../keys";
import type { Command, Review } from "../types";
import { applied, type Reader } from "./applied";
import { take, useOutbox, waitingOf, type Pending } from "./outbox";
import { changed, touched } from "./touched";

/** Told when the server refuses a command for good. */
export type Refused = (pending: Pending, error: ApiError) => void;

let sending = false;

/**
 * Send what waits, one command after the other, until nothing is left or one clashes with somebody else's.
 *
 * A lost connection is waited out; a request that meets an ended session waits in the client for a new sign-in.
 */
export async function drain(queries: QueryClient, username: string, onRefused: Refused): Promise<void> {
  if (sending) return;
  sending = true;
  try {
    for (let failures = 0; ; ) {
      const next = waitingOf(useOutbox.getState().pending, username)[0];
      if (!next || useOutbox.getState().clash) return;
      const outcome = await send(queries, next);
      if (outcome === "unreachable") await pause(Math.min(1000 * 2 ** failures++, 10_000));
      else failures = 0;
      if (outcome instanceof ApiError) {
        take(next.command.id);
        onRefused(next, outcome);
      }
    }
  } finally {
    sending = false;
  }
}

/** Settle a clash: say it all the same, or let go of it. Call `drain` afterwards. */
export function settle(keep: "mine" | "theirs"): void {
  const { clash } = useOutbox.getState();
  if (!clash) return;
  const { pending, current } = clash;
  if (keep === "theirs") take(pending.command.id);
  else refreshSeen(pending.analysisId, current);
  useOutbox.setState({ clash: null });
}

async function send(queries: QueryClient, pending: Pending): Promise<"sent" | "unreachable" | "clash" | ApiError> {
  const { analysisId, command } = pending;
  const params = { path: { analysis_id: analysisId }, header: { "if-match": versionOf(queries, analysisId) } };
  const answer = await api
    .POST("/api/analyses/{analysis_id}/review/commands", { params, body: command as never })
    .catch((error: unknown) => error);
  if (answer instanceof ApiError) return answer.status === 0 ? "unreachable" : answer;
  const { data, error, response } = answer as { data?: Review; error?: { current?: Review }; response: Response };
  if (response.ok) {
    take(command.id);
    know(queries, analysisId, data!);
    refreshSeen(analysisId, data!);
    return "sent";
  }
  if (response.status === 412 && error?.current) return overtaken(queries, pending, error.current);
  return response.status >= 500 ? "unreachable" : new ApiError(response.status, sentenceOf(response.status, error));
}

/** Somebody was first. Where they changed something else, or said the same, the command is sent again to what holds now. */
function overtaken(queries: QueryClient, pending: Pending, current: Review): "sent" | "clash" {
  know(queries, pending.analysisId, current);
  const about = changed(pending.seen, touched(pending.command, current));
  if (about.length === 0) return "sent";
  if (agree(pending.command, current)) {
    refreshSeen(pending.analysisId, current);
    return "sent";
  }
  useOutbox.setState({ clash: { pending, current, about } });
  return "clash";
}

/** Whether what is to be said of lesions or fields holds already. Outlines are never alike. */
function agree(command: Command, current: Review): boolean {
  if (command.kind !== "verdict" && command.kind !== "fields") return false;
  return changed(touched(command, current), touched(command, applied(current, command, NOBODY))).length === 0;
}

const NOBODY: Reader = { name: "", mpp: null };

/** The commands that wait build on the reader's own earlier ones: what those changed is no surprise. */
function refreshSeen(analysisId: string, review: Review): void {
  useOutbox.setState(({ pending }) => ({
    pending: pending.map((one) => (one.analysisId === analysisId ? { ...one, seen: touched(one.command, review) } : one)),
  }));
}

function know(queries: QueryClient, analysisId: string, review: Review): void {
  queries.setQueryData(keys.review(analysisId), review);
}

/** What the page last saw; one that it has not seen is answered with what holds now. */
function versionOf(queries: QueryClient, analysisId: string): string {
  const known = queries.getQueryData<Review>(keys.review(analysisId));
  return known ? `"${known.version}"` : '"unknown"';
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
