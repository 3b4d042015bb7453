import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { keys } from "./keys";

/** How the installation is doing, asked again every five seconds. */
export function useStatus() {
  return useQuery({
    queryKey: keys.status,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/status", { signal })),
    refetchInterval: 5000,
  });
}
