import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "../client";
import { keys } from "../keys";
import { useMay } from "../session";

const EVERY = 15_000;

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
