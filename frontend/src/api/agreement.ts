import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { keys } from "./keys";

/** The estimates of a reader against what was signed: one's own, or for a lead those of a reader of the site. */
export function useAgreement(readerId: string | null) {
  return useQuery({
    queryKey: keys.agreement(readerId),
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/agreement", { params: { query: readerId ? { reader_id: readerId } : {} }, signal })),
  });
}
