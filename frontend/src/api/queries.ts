import { QueryClient } from "@tanstack/react-query";
import { statusOf } from "./errors";

/** The query cache. `always`: a server on the same machine or network answers without an internet connection. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { networkMode: "always", staleTime: 1000, retry: worthAnotherTry },
      mutations: { networkMode: "always" },
    },
  });
}

/** Try again what may pass by itself: no connection, or a server that is restarting; never what was refused. */
function worthAnotherTry(failures: number, error: Error): boolean {
  const status = statusOf(error) ?? 500;
  return failures < 3 && (status === 0 || status >= 500);
}
