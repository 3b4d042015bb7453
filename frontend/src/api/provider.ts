import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { sentence } from "./errors";
import { keys } from "./keys";
import { useSession } from "./session";

const RETURN = "focusscope.return";

/** What the single sign-on is called; null where there is none. */
export function useProvider(): string | null {
  const asked = useQuery({
    queryKey: keys.provider,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/session/provider", { signal })),
    staleTime: Infinity,
  });
  return asked.data?.name ?? null;
}

interface Why {
  /** Somebody who is signed in confirms that it is them. */
  again?: boolean;
  /** The secret of an invitation by which they join. */
  link?: string;
  /** Where the page goes on afterwards; where it is now, unless stated. */
  from?: string;
}

/** Leave the page for the single sign-on, which sends the browser back to its own page here. */
export function useGoToProvider() {
  return useMutation({
    mutationFn: async ({ again = false, link, from }: Why) => {
      const { address } = await bodyOf(api.POST("/api/session/provider", { body: { again, link } }));
      sessionStorage.setItem(RETURN, from ?? location.pathname + location.search);
      location.assign(address);
    },
  });
}

/** How whoever is signed in can confirm that it is them: by their password, or by the single sign-on. */
export function useConfirming() {
  const session = useSession().data;
  const go = useGoToProvider();
  return {
    hasPassword: session?.has_password ?? true,
    provider: session?.provider ?? null,
    isProved: session?.is_proved ?? false,
    isLeaving: go.isPending,
    problem: go.error && sentence(go.error),
    leave: () => go.mutate({ again: true }),
  };
}

/** Tell the server what the single sign-on sent the browser back with; leads to where the page goes on. */
export function useProviderAnswer() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { state: string; code?: string }) => bodyOf(api.POST("/api/session/provider/answer", { body })),
    onSuccess: ({ session }) => queries.setQueryData(keys.session, session),
  });
}

/** Where the page goes on that was left for the single sign-on. */
export function returnPath(): string {
  return sessionStorage.getItem(RETURN) ?? "/";
}
