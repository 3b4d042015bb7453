import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { keys } from "./keys";
import type { Session } from "./types";

export function useSession() {
  return useQuery({
    queryKey: keys.session,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/session", { signal })),
    staleTime: 60_000,
  });
}

/** Whether the role of whoever is signed in allows something at all; what it never allows is not offered. */
export function useMay(action: Session["may"][number]): boolean {
  return useSession().data?.may.includes(action) ?? false;
}

interface Credentials {
  username: string;
  password: string;
  /** Of the second step, for who has a second factor. */
  code?: string;
}

/** Sign in; the answer may be that the password was right and that a code is needed, too. */
export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Credentials) => bodyOf(api.POST("/api/session", { body })),
    onSuccess: (answer) => {
      if ("user" in answer) queries.setQueryData(keys.session, answer);
    },
  });
}

export function useSignOut() {
  return useMutation({ mutationFn: () => bodyOf(api.DELETE("/api/session")) });
}
