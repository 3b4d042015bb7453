import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { api, bodyOf } from "../client";
import { keys } from "../keys";
import { useMay } from "../session";
import type { Present } from "../types";

const EVERY = 15_000;

/** Tell, when asked, whose names had the review open before this reader, as far as is known here. */
export function useWhoWasFirst(analysisId: string | null): () => string[] {
  const queries = useQueryClient();
  return useCallback(() => {
    const present = analysisId ? queries.getQueryData<Present[]>(keys.present(analysisId)) : [];
    return present?.filter(({ first }) => first).map(({ name }) => name) ?? [];
  }, [queries, analysisId]);
}

/** Who else has the review open; asking says that this reader has. */
export function usePresent(analysisId: string) {
  const reads = useMay("read");
  return useQuery({
    enabled: reads,
    queryKey: keys.present(analysisId),
    queryFn: () =>
      bodyOf(api.PUT("/api/analyses/{analysis_id}/review/presence", { params: { path: { analysis_id: analysisId } } })),
    refetchInterval: EVERY,
    refetchIntervalInBackground: false,
  });
}
