import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { keys } from "./keys";

/** The reader's own estimates against what was signed. */
export function useAgreement() {
  return useQuery({
    queryKey: keys.agreement,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/agreement", { signal })),
  });
}
