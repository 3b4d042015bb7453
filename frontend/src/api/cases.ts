import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { keys } from "./keys";
import { isMoving, QUICKLY, useRefreshSlides } from "./slides";
import type { CaseChange, NewCase } from "./types";

const CALMLY = 20_000;

/** A case with its slides; asks often only while one of them moves. */
export function useCase(caseId: string) {
  return useQuery({
    queryKey: keys.case(caseId),
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/cases/{case_id}", { signal, params: { path: { case_id: caseId } } })),
    refetchInterval: ({ state }) => (state.data?.slides.some(isMoving) ? QUICKLY : CALMLY),
  });
}

/** Cases to choose from. */
export function useCases(search: string) {
  return useQuery({
    queryKey: [...keys.cases, search],
    queryFn: ({ signal }) => bodyOf(api.GET("/api/cases", { signal, params: { query: { search } } })),
    placeholderData: keepPreviousData,
  });
}

/** Those to whom a case can be assigned. */
export function useReaders() {
  return useQuery({
    queryKey: keys.readers,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/readers", { signal })),
    staleTime: 60_000,
  });
}

export function useCreateCase() {
  const refresh = useRefreshSlides();
  return useMutation({
    mutationFn: (body: Pick<NewCase, "pseudonym" | "slide_ids">) =>
      bodyOf(api.POST("/api/cases", { body: { blind_first: false, ...body } })),
    onSuccess: refresh,
  });
}

export function useChangeCase() {
  const refresh = useRefreshSlides();
  return useMutation({
    mutationFn: ({ caseId, ...body }: CaseChange & { caseId: string }) =>
      bodyOf(api.PATCH("/api/cases/{case_id}", { body, params: { path: { case_id: caseId } } })),
    onSuccess: refresh,
  });
}

export function useDeleteCase(caseId: string) {
  const refresh = useRefreshSlides();
  return useMutation({
    mutationFn: () => bodyOf(api.DELETE("/api/cases/{case_id}", { params: { path: { case_id: caseId } } })),
    onSuccess: refresh,
  });
}

export function useAddSlides() {
  const refresh = useRefreshSlides();
  return useMutation({
    mutationFn: ({ caseId, slideIds }: { caseId: string; slideIds: string[] }) =>
      bodyOf(
        api.POST("/api/cases/{case_id}/slides", {
          body: { slide_ids: slideIds },
          params: { path: { case_id: caseId } },
        }),
      ),
    onSuccess: refresh,
  });
}

/** Leave a slide out of the sum of its case. */
export function useLeaveOut(caseId: string) {
  const refresh = useRefreshSlides();
  return useMutation({
    mutationFn: ({ slideId, reason }: { slideId: string; reason: string }) =>
      bodyOf(
        api.PUT("/api/cases/{case_id}/slides/{slide_id}/left-out", {
          body: { reason },
          params: { path: { case_id: caseId, slide_id: slideId } },
        }),
      ),
    onSuccess: refresh,
  });
}

/** Let a slide count in the sum of its case again. */
export function useCountAgain(caseId: string) {
  const refresh = useRefreshSlides();
  return useMutation({
    mutationFn: (slideId: string) =>
      bodyOf(
        api.DELETE("/api/cases/{case_id}/slides/{slide_id}/left-out", {
          params: { path: { case_id: caseId, slide_id: slideId } },
        }),
      ),
    onSuccess: refresh,
  });
}

export function useRemoveSlide(caseId: string) {
  const refresh = useRefreshSlides();
  return useMutation({
    mutationFn: (slideId: string) =>
      bodyOf(
        api.DELETE("/api/cases/{case_id}/slides/{slide_id}", {
          params: { path: { case_id: caseId, slide_id: slideId } },
        }),
      ),
    onSuccess: refresh,
  });
}
