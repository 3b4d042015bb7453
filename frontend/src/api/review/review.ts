import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, bodyOf } from "../client";
import { keys } from "../keys";
import type { Review } from "../types";
import { applied, type Reader } from "./applied";
import { useOutbox, waitingOf } from "./outbox";

const WHILE_COUNTING = 2000;
const CALMLY = 20_000;

/** The review as the server has it; asks nothing while there is none, and again soon while lymphocytes are counted. */
export function useServerReview(analysisId: string | null) {
  return useQuery({
    queryKey: keys.review(analysisId ?? ""),
    enabled: analysisId !== null,
    queryFn: async ({ signal }): Promise<Review> => {
      const params = { path: { analysis_id: analysisId! } };
      return (await bodyOf(api.GET("/api/analyses/{analysis_id}/review", { signal, params }))) as Review;
    },
    refetchInterval: ({ state }) =>
      state.data?.lesions.some(({ lymphocyte_count }) => lymphocyte_count === null) ? WHILE_COUNTING : CALMLY,
  });
}

/** The review as the reader sees it: what is still on its way is shown as if it had arrived. */
export function useReview(analysisId: string | null, username: string, reader: Reader) {
  const server = useServerReview(analysisId);
  const pending = useOutbox((outbox) => outbox.pending);
  const data = useMemo(() => {
    const waiting = analysisId ? waitingOf(pending, username, analysisId) : [];
    return server.data && waiting.reduce((now, { command }) => applied(now, command, reader), server.data);
  }, [server.data, pending, analysisId, username, reader]);
  return { ...server, data };
}
