import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { keys } from "./keys";
import type { Analysis, ConsensusFields, Gland } from "./types";

/** The outlines of the glands, which readers see before the proposals; asks nothing while there is no analysis. */
export function useGlands(analysisId: string | null) {
  return useQuery({
    queryKey: keys.glands(analysisId ?? ""),
    enabled: analysisId !== null,
    queryFn: async ({ signal }) => {
      const params = { path: { analysis_id: analysisId! } };
      return (await bodyOf(api.GET("/api/analyses/{analysis_id}/review/glands", { signal, params }))) as Gland[];
    },
  });
}

/** What a reader sees alone; no score where they cannot say. */
export interface OwnRead {
  readonly pattern: NonNullable<ConsensusFields["pattern"]>;
  readonly estimated_focus_score: number | null;
}

/** Record a reader's own read, after which the server shows the proposals. */
export function useRecordRead({ id, slide_id }: Analysis) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (read: OwnRead) =>
      bodyOf(
        api.POST("/api/analyses/{analysis_id}/review/commands", {
          params: { path: { analysis_id: id } },
          body: { ...read, kind: "read", id: crypto.randomUUID() },
        }),
      ),
    onSuccess: () =>
      Promise.all(
        [keys.analyses(slide_id), keys.maps(id), keys.slide(slide_id), keys.slides].map((queryKey) =>
          queries.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
