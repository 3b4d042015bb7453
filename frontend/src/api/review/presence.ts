import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "../client";
import { keys } from "../keys";

const EVERY = 15_000;

/** Who else has the review open; asking says that this reader has. */
export function usePresent(analysisId: string) {
  return useQuery({
    queryKey: keys.present(analysisId),
    queryFn: () =>
      bodyOf(api.PUT("/api/analyses/{analysis_id}/review/presence", { params: { path: { analysis_id: analysisId } } })),
    refetchInterval: EVERY,
    refetchIntervalInBackground: false,
  });
}
