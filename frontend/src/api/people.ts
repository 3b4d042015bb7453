import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { keys } from "./keys";
import type { Acceptance, NewInvitation, PersonChange } from "./types";

export function usePeople() {
  return useQuery({
    queryKey: keys.people,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/people", { signal })),
  });
}

export function useChangePerson() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ user_id, ...body }: PersonChange & { user_id: string }) =>
      bodyOf(api.PATCH("/api/people/{user_id}", { params: { path: { user_id } }, body })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.people }),
  });
}

/** Make a link with which somebody takes a new password. */
export function usePasswordLink() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (user_id: string) => bodyOf(api.POST("/api/people/{user_id}/link", { params: { path: { user_id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.invitations }),
  });
}

/** Turn off the second factor of somebody who has lost it. */
export function useResetSecondFactor() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (user_id: string) =>
      bodyOf(api.DELETE("/api/people/{user_id}/second-factor", { params: { path: { user_id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.people }),
  });
}

export function useSessionsOf(userId: string) {
  return useQuery({
    queryKey: keys.sessionsOf(userId),
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/people/{user_id}/sessions", { params: { path: { user_id: userId } }, signal })),
  });
}

export function useEndSessionOf(userId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (session_id: string) =>
      bodyOf(api.DELETE("/api/people/{user_id}/sessions/{session_id}", { params: { path: { user_id: userId, session_id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.sessionsOf(userId) }),
  });
}

export function useInvitations() {
  return useQuery({
    queryKey: keys.invitations,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/invitations", { signal })),
  });
}

export function useInvite() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewInvitation) => bodyOf(api.POST("/api/invitations", { body })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.invitations }),
  });
}

export function useWithdraw() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (invitation_id: string) =>
      bodyOf(api.DELETE("/api/invitations/{invitation_id}", { params: { path: { invitation_id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.invitations }),
  });
}

/** What a link is for. */
export function useLink(token: string) {
  return useQuery({
    queryKey: keys.link(token),
    queryFn: ({ signal }) => bodyOf(api.POST("/api/links/open", { body: { token }, signal })),
    staleTime: Infinity,
  });
}

export function useAcceptLink() {
  return useMutation({ mutationFn: (body: Acceptance) => bodyOf(api.POST("/api/links/accept", { body })) });
}
