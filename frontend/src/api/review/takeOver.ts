import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, bodyOf } from "../client";
import { keys } from "../keys";
import type { Review } from "../types";

/** Take the outlines of a GeoJSON file into the review; it is refused as a whole where one cannot be used. */
export function useTakeOver(analysisId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ file, version }: { file: File; version: string }) => {
      const params = { path: { analysis_id: analysisId }, header: { "if-match": `"${version}"` } };
      return (await bodyOf(
        api.POST("/api/analyses/{analysis_id}/review/geojson", {
          params,
          body: await file.text(),
          bodySerializer: (text) => text as string,
          headers: { "Content-Type": "application/geo+json" },
        }),
      )) as Review;
    },
    onSuccess: (review) => queries.setQueryData(keys.review(analysisId), review),
    onError: () => queries.invalidateQueries({ queryKey: keys.review(analysisId) }),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.slides }),
  });
}
