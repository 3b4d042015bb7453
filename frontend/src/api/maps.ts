import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { keys } from "./keys";
import type { SlideMap } from "./types";

/** The maps that can be laid over the slide; asks nothing while there is no analysis that has succeeded. */
export function useMaps(analysisId: string | null) {
  return useQuery({
    queryKey: keys.maps(analysisId ?? ""),
    enabled: analysisId !== null,
    queryFn: async ({ signal }): Promise<SlideMap[]> => {
      const params = { path: { analysis_id: analysisId! } };
      const maps = await bodyOf(api.GET("/api/analyses/{analysis_id}/maps", { signal, params }));
      return maps.map((map) => ({ ...map, url: `/api/analyses/${analysisId}/maps/${map.name}` }));
    },
    staleTime: Infinity,
  });
}
