import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { onReconnected } from "../connection";
import { keys } from "../keys";
import { useSession } from "../session";
import type { Action, Command, Review } from "../types";
import { put, take, useOutbox, waitingOf } from "./outbox";
import { drain, settle, type Refused } from "./send";
import { touched } from "./touched";

/** Do things to a review. Each shows at once and is on the server a moment later, whatever happens in between. */
export function useAct(analysisId: string | null, onRefused: Refused): (action: Action) => void {
  const queries = useQueryClient();
  const username = useSession().data?.user.username ?? "";
  const go = useCallback(async () => {
    await drain(queries, username, (pending, error) => {
      void queries.invalidateQueries({ queryKey: keys.review(pending.analysisId) });
      onRefused(pending, error);
    });
    void queries.invalidateQueries({ queryKey: keys.slides });
  }, [queries, username, onRefused]);

  useEffect(() => void (username && go()), [username, go]); // what an earlier visit left
  useEffect(() => onReconnected(() => void go()), [go]);
  useEffect(
    () => useOutbox.subscribe(({ clash }, before) => void (before.clash && !clash && go())),
    [go],
  );

  return useCallback(
    (action) => {
      if (!analysisId) return;
      if (action.kind === "undo" && takeBackUnsent(username, analysisId)) return;
      const command = { ...action, id: crypto.randomUUID() } as Command;
      const seen = queries.getQueryData<Review>(keys.review(analysisId));
      put({ analysisId, command, username, seen: seen ? touched(command, seen) : {} });
      void go();
    },
    [analysisId, username, queries, go],
  );
}

/** What has not left yet need not be undone at the server. The first in line may be under way already. */
function takeBackUnsent(username: string, analysisId: string): boolean {
  const waiting = waitingOf(useOutbox.getState().pending, username, analysisId);
  const last = waiting.at(-1);
  if (!last || waiting.length < 2 || last.command.kind === "undo" || last.command.kind === "redo") return false;
  take(last.command.id);
  return true;
}

/** How many actions of this reader are not yet on the server. */
export function useUnsaved(): number {
  const username = useSession().data?.user.username ?? "";
  return useOutbox(({ pending }) => waitingOf(pending, username).length);
}

export function useClash() {
  return { clash: useOutbox((outbox) => outbox.clash), settle };
}
