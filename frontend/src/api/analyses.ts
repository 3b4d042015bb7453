import { useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { keys } from "./keys";
import type { Analysis, Findings } from "./types";

/** Whether an analysis is still under way. */
export function isActive(analysis: Analysis | null | undefined): boolean {
  return analysis?.status === "queued" || analysis?.status === "running";
}

/** Whether its review is signed, or was and is being amended. */
export function isSigned({ review }: Analysis): boolean {
  return review?.status === "signed" || review?.status === "amending";
}

/** The analyses of a slide, newest first; asks every second while one is under way. */
export function useAnalyses(slideId: string) {
  return useQuery({
    queryKey: keys.analyses(slideId),
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/slides/{slide_id}/analyses", { signal, params: { path: { slide_id: slideId } } })),
    refetchInterval: ({ state }) => (state.data?.some(isActive) ? 1000 : false),
  });
}

/** What an analysis found; asks nothing while there is none. */
export function useFindings(analysisId: string | null) {
  return useQuery({
    queryKey: keys.findings(analysisId ?? ""),
    enabled: analysisId !== null,
    queryFn: async ({ signal }) => {
      const params = { path: { analysis_id: analysisId! } };
      const findings = await bodyOf(api.GET("/api/analyses/{analysis_id}/findings", { signal, params }));
      return findings as Findings; // the client loses that a vertex is a pair
    },
    staleTime: Infinity,
  });
}

/** Queue an analysis; what is urgent goes before everything that waits. */
export function useStartAnalysis(slideId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (urgent: boolean) =>
      bodyOf(api.POST("/api/slides/{slide_id}/analyses", { params: { path: { slide_id: slideId }, query: { urgent } } })),
    onSettled: () => refresh(queries, slideId),
  });
}

export function useCancelAnalysis(slideId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (analysisId: string) =>
      bodyOf(api.POST("/api/analyses/{analysis_id}/cancel", { params: { path: { analysis_id: analysisId } } })),
    onSettled: () => refresh(queries, slideId),
  });
}

function refresh(queries: QueryClient, slideId: string) {
  return Promise.all([
    queries.invalidateQueries({ queryKey: keys.analyses(slideId) }),
    queries.invalidateQueries({ queryKey: keys.slide(slideId) }),
    queries.invalidateQueries({ queryKey: keys.slides }),
  ]);
}

/** The review as it stands, as a file in the language on screen. */
export const reportUrl = (analysisId: string, format: "pdf" | "zip" | "geojson", language: "en" | "zh") =>
  `/api/analyses/${analysisId}/review/report/${format}?language=${language}`;
