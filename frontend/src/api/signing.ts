import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { ApiError, sentenceOf } from "./errors";
import { keys } from "./keys";
import type { Missing, Review } from "./types";

/** Why a review was not signed, and what is missing where that is why. */
export class NotSigned extends ApiError {
  readonly missing: readonly Missing[];

  constructor(status: number, sentence: string, missing: readonly Missing[]) {
    super(status, sentence);
    this.missing = missing;
  }
}

/** Sign a review as it is on screen; what holds now takes its place, also where somebody else was first. */
export function useSign({ analysis_id, version }: Review) {
  const queries = useQueryClient();
  const know = (review: Review) => queries.setQueryData(keys.review(analysis_id), review);
  return useMutation({
    mutationFn: async (password: string): Promise<Review> => {
      const params = { path: { analysis_id }, header: { "if-match": `"${version}"` } };
      const { data, error, response } = await api.POST("/api/analyses/{analysis_id}/review/signature", {
        params,
        body: { password: password || undefined },
      });
      if (response.ok) return data as Review;
      const said = error as { current?: Review; missing?: Missing[] } | undefined;
      if (said?.current) know(said.current);
      throw new NotSigned(response.status, sentenceOf(response.status, error), said?.missing ?? []);
    },
    onSuccess: (review) => {
      know(review);
      void queries.invalidateQueries({ queryKey: keys.signatures(analysis_id) });
      void queries.invalidateQueries({ queryKey: keys.slides });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.session }), // a confirmation is good once
  });
}

/** The signed versions, newest first, with what changed in the words of a language; asked again for each new version. */
export function useSignatures(analysisId: string, versions: number, language: "en" | "zh") {
  return useQuery({
    queryKey: [...keys.signatures(analysisId), versions, language],
    enabled: versions > 0,
    queryFn: ({ signal }) =>
      bodyOf(
        api.GET("/api/analyses/{analysis_id}/review/signatures", {
          signal,
          params: { path: { analysis_id: analysisId }, query: { language } },
        }),
      ),
    staleTime: Infinity,
  });
}

export type ReportFormat = "pdf" | "csv" | "geojson" | "fhir" | "zip";

/** A signed version as a file in the language on screen. */
export const signedUrl = (analysisId: string, version: number, format: ReportFormat, language: "en" | "zh") =>
  `/api/analyses/${analysisId}/review/signatures/${version}/report/${format}?language=${language}`;
