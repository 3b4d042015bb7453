import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { keys } from "./keys";
import type { Performance } from "./types";

export type Span = "week" | "month";

/** How the signed reviews of the site judged what the networks proposed; for leads. */
export function usePerformance(span: Span) {
  return useQuery({
    queryKey: keys.performance(span),
    queryFn: ({ signal }): Promise<Performance> => bodyOf(api.GET("/api/performance", { params: { query: { span } }, signal })),
  });
}

export const performanceFile = (span: Span) => `/api/performance/csv?span=${span}`;
