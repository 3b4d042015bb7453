import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { keys } from "./keys";

/** Where the user is signed in. */
export function useOwnSessions() {
  return useQuery({
    queryKey: keys.ownSessions,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/account/sessions", { signal })),
  });
}

/** Sign out in one other browser, or, without an id, in all others. */
export function useEndSession() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (session_id?: string) =>
      session_id === undefined
        ? bodyOf(api.DELETE("/api/account/sessions"))
        : bodyOf(api.DELETE("/api/account/sessions/{session_id}", { params: { path: { session_id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.ownSessions }),
  });
}

interface PasswordChange {
  password: string;
  new_password: string;
}

/** Take another password; all other sessions and all tokens end. */
export function useChangePassword() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: PasswordChange) => bodyOf(api.POST("/api/account/password", { body })),
    onSuccess: () =>
      Promise.all([keys.ownSessions, keys.tokens].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}
