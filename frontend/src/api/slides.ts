import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { isActive } from "./analyses";
import { api, bodyOf } from "./client";
import { slidesOfSameFile } from "./incoming";
import { keys } from "./keys";
import type { Slide, SlideChange } from "./types";

/** The server's ways to cut tiles and to turn colours into sRGB: browsers keep pictures of a revision for a year. */
const [TILES, SRGB] = [5, 1];
const PICTURES = `revision=${TILES}-${SRGB}`;

export const QUICKLY = 1500;

/** The newest slides that can be looked at and whose name holds `search`. */
export function useReadySlides(search: string) {
  return useQuery({
    queryKey: [...keys.slides, "ready", search],
    queryFn: ({ signal }) => bodyOf(api.GET("/api/slides", { signal, params: { query: { search, status: "ready", page: 1, page_size: 20 } } })),
    placeholderData: keepPreviousData,
  });
}

export function useSlide(slideId: string) {
  return useQuery({
    queryKey: keys.slide(slideId),
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/slides/{slide_id}", { signal, params: { path: { slide_id: slideId } } })),
    refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? QUICKLY : false),
  });
}

/** How many of the slides that have just been uploaded are still inspected, and why others were rejected, by id. */
export function useInspections(slideIds: readonly string[]): { left: number; rejections: ReadonlyMap<string, string> } {
  const leftOf = (slides: readonly Slide[] = []) => slides.filter(({ id }) => slideIds.includes(id)).length;
  const { data } = useQuery({
    queryKey: keys.inspections,
    queryFn: async () => ({ inspecting: await newest("inspecting"), rejected: await newest("rejected") }),
    enabled: slideIds.length > 0,
    refetchInterval: ({ state }) => (leftOf(state.data?.inspecting) > 0 ? QUICKLY : false),
  });
  return { left: leftOf(data?.inspecting), rejections: new Map(data?.rejected.map(({ id, rejection }) => [id, rejection ?? ""])) };
}

async function newest(status: Slide["status"]): Promise<Slide[]> {
  return (await bodyOf(api.GET("/api/slides", { params: { query: { status, page: 1, page_size: 200 } } }))).items;
}

/** The other slides whose files had the same bytes. */
export function useSlidesOfSameFile(slideId: string) {
  return useQuery({ queryKey: keys.sameFile(slideId), queryFn: () => slidesOfSameFile(slideId) });
}

/** Where the slide is to be had in sRGB; null where its file has no colour profile, undefined until that is known. */
export function useSrgbUrl(slideId: string): string | null | undefined {
  const { data } = useQuery({
    queryKey: keys.colours(slideId),
    queryFn: ({ signal }) => bodyOf(api.GET("/api/slides/{slide_id}/colours", { signal, params: { path: { slide_id: slideId } } })),
    staleTime: Infinity, // a file that is ready stays as it is
  });
  return data && (data.has_profile ? `/api/slides/${slideId}/deepzoom-${TILES}-srgb-${SRGB}.dzi` : null);
}

/** Whether a slide is on its way to be seen or analysed. */
export function isMoving(slide: Slide): boolean {
  return slide.status === "inspecting" || isActive(slide.current_analysis);
}

export function useChangeSlide(slideId: string) {
  const refresh = useRefreshSlides();
  return useMutation({
    mutationFn: (body: SlideChange) =>
      bodyOf(api.PATCH("/api/slides/{slide_id}", { body, params: { path: { slide_id: slideId } } })),
    onSuccess: refresh,
  });
}

export function useDeleteSlide(slideId: string) {
  const refresh = useRefreshSlides();
  return useMutation({
    mutationFn: () => bodyOf(api.DELETE("/api/slides/{slide_id}", { params: { path: { slide_id: slideId } } })),
    onSuccess: refresh,
  });
}

/** Ask anew for the worklist and for every slide on screen. */
export function useRefreshSlides() {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: keys.slides }),
      queries.invalidateQueries({ queryKey: ["slide"] }),
    ]);
}

export const thumbnailUrl = (slideId: string) => `/api/slides/${slideId}/thumbnail.jpeg?${PICTURES}`;
/** A square of the slide, in level-0 pixels, in its stored colours or in sRGB. */
export const cropUrl = (slideId: string, { x, y, side }: { x: number; y: number; side: number }, srgb = false) =>
  `/api/slides/${slideId}/crop.jpeg?x=${Math.round(x)}&y=${Math.round(y)}&side=${Math.max(1, Math.round(side))}&${PICTURES}${srgb ? "&srgb=true" : ""}`;
export const deepzoomUrl = (slideId: string) => `/api/slides/${slideId}/deepzoom-${TILES}.dzi`;
