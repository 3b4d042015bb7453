import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { useConnection } from "./connection";

/** Say whether the server can be reached; while it cannot, knock until it can. */
export function useReachable(): boolean {
  const reachable = useConnection((connection) => connection.reachable);
  useQuery({
    queryKey: ["health"],
    queryFn: ({ signal }) => bodyOf(api.GET("/health", { signal })),
    enabled: !reachable,
    refetchInterval: 3000,
    retry: false,
  });
  return reachable;
}
