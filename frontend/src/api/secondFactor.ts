import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { keys } from "./keys";

const PATH = "/api/account/second-factor";

/** Whether the user has a second factor, and must have one. */
export function useSecondFactor() {
  return useQuery({
    queryKey: keys.secondFactor,
    queryFn: ({ signal }) => bodyOf(api.GET(PATH, { signal })),
  });
}

/** Begin to set one up: the secret for the app, which is told this once. */
export function useBeginSecondFactor() {
  return useMutation({ mutationFn: (password: string) => bodyOf(api.POST(PATH, { body: { password } })) });
}

/** Turn it on by a code of the app; the recovery codes are told this once. */
export function useConfirmSecondFactor() {
  return useChange((code: string) => bodyOf(api.POST(`${PATH}/confirm`, { body: { code } })));
}

export interface PasswordAndCode {
  password: string;
  code: string;
}

export function useNewRecoveryCodes() {
  return useChange((body: PasswordAndCode) => bodyOf(api.POST(`${PATH}/recovery-codes`, { body })));
}

export function useRemoveSecondFactor() {
  return useChange((body: PasswordAndCode) => bodyOf(api.POST(`${PATH}/remove`, { body })));
}

function useChange<Said, Answer>(mutationFn: (said: Said) => Promise<Answer>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keys.secondFactor });
      void queries.invalidateQueries({ queryKey: keys.ownSessions });
    },
  });
}
