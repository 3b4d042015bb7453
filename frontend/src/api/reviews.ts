import { useIsMutating, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { statusOf } from "./errors";
import { keys } from "./keys";
import { withDecision } from "./optimistic";
import type { Decision, Findings, Review } from "./types";

const DECIDING = ["decide"];

/** The review of an analysis so far; asks nothing while there is none. */
export function useReview(analysisId: string | null) {
  return useQuery({
    queryKey: keys.review(analysisId ?? ""),
    enabled: analysisId !== null,
    queryFn: ({ signal }) => {
      const params = { path: { analysis_id: analysisId! } };
      return bodyOf(api.GET("/api/analyses/{analysis_id}/review", { signal, params }));
    },
  });
}

/**
 * Record a verdict. The screen follows at once; decisions travel one after the other, in the order they were taken,
 * and wait out a lost connection. A refused one is taken back on screen.
 */
export function useDecide(findings: Findings | undefined, by: string) {
  const analysisId = findings?.analysis_id ?? "";
  const queries = useQueryClient();
  const key = keys.review(analysisId);
  return useMutation({
    mutationKey: DECIDING,
    scope: { id: `review ${analysisId}` },
    mutationFn: (body: Decision) =>
      bodyOf(
        api.POST("/api/analyses/{analysis_id}/review/decisions", {
          body,
          params: { path: { analysis_id: analysisId } },
        }),
      ),
    retry: (_, error) => statusOf(error) === 0,
    retryDelay: (failures) => Math.min(1000 * 2 ** failures, 10_000),
    onMutate: async (decision) => {
      await queries.cancelQueries({ queryKey: key });
      queries.setQueryData<Review>(key, (now) => now && findings && withDecision(now, findings, decision, by));
    },
    onSuccess: (review) => isLast() && queries.setQueryData(key, review),
    onError: () => isLast() && queries.invalidateQueries({ queryKey: key }),
    onSettled: () => isLast() && queries.invalidateQueries({ queryKey: keys.slides }),
  });

  /** Whether no later decision is on its way, whose effect an older answer would hide. */
  function isLast(): boolean {
    return queries.isMutating({ mutationKey: DECIDING }) === 1;
  }
}

/** How many decisions are not yet on the server. */
export function useUnsavedDecisions(): number {
  return useIsMutating({ mutationKey: DECIDING });
}
