import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { keys } from "./keys";
import { isMoving, QUICKLY, useRefreshSlides } from "./slides";
import type { SlideStanding } from "./types";

const CALMLY = 20_000;

export type Sort = "date" | "name" | "status" | "score";
export type ScoreFilter = "meets" | "below" | "unknown";

/** What the worklist shows, and in which order. */
export interface WorklistFilter {
  readonly search: string;
  readonly status: SlideStanding | null;
  readonly score: ScoreFilter | null;
  readonly mine: boolean;
  readonly warnings: boolean;
  readonly sort: Sort;
  readonly descending: boolean;
  readonly page: number;
}

/** How many cases and lone slides a page shows. */
export const PAGE_SIZE = 50;

/** One page of the worklist; asks often only while something on it moves. */
export function useWorklist(filter: WorklistFilter) {
  return useQuery({
    queryKey: [...keys.worklist, filter],
    queryFn: ({ signal }) => bodyOf(api.GET("/api/worklist", { signal, params: { query: queryOf(filter) } })),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.items.some((entry) => entry.slides.some(isMoving)) ? QUICKLY : CALMLY,
  });
}

function queryOf({ search, status, score, mine, warnings, sort, descending, page }: WorklistFilter) {
  return {
    ...(search && { search }),
    ...(status && { status }),
    ...(score && { score }),
    ...(mine && { assigned_to_me: true }),
    ...(warnings && { warnings: true }),
    sort,
    order: descending ? ("desc" as const) : ("asc" as const),
    page,
    page_size: PAGE_SIZE,
  };
}

/** Analyse many slides; the answer says of each whether it was queued, or why not. */
export function useAnalyseSlides() {
  const refresh = useRefreshSlides();
  return useMutation({
    mutationFn: (slideIds: string[]) => bodyOf(api.POST("/api/slides/analyses", { body: { slide_ids: slideIds } })),
    onSettled: refresh,
  });
}
