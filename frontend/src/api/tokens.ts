import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { keys } from "./keys";
import type { NewToken } from "./types";

export type Scope = NewToken["scopes"][number];

/** What a token can be made for. */
export const SCOPES: readonly Scope[] = ["slides:read", "slides:write", "reviews:read", "reports:read"];

/** The user's tokens that are good. */
export function useTokens() {
  return useQuery({
    queryKey: keys.tokens,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/account/tokens", { signal })),
  });
}

/** Make a token; what it is sent as is told this once. */
export function useMakeToken() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewToken) => bodyOf(api.POST("/api/account/tokens", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.tokens }),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.session }), // a confirmation is good once
  });
}

export function useRevokeToken() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (token_id: string) => bodyOf(api.DELETE("/api/account/tokens/{token_id}", { params: { path: { token_id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.tokens }),
  });
}
