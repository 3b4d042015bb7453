import { create } from "zustand";

interface Connection {
  /** Whether the last request reached the server. */
  readonly reachable: boolean;
  /** Whether the session has ended under a page that is in use: requests wait for a new sign-in. */
  readonly signInNeeded: boolean;
}

export const useConnection = create<Connection>(() => ({ reachable: true, signInNeeded: false }));

let waiting: (() => void)[] = [];

/** Ask for a new sign-in and wait until there is one. */
export function signedInAgain(): Promise<void> {
  useConnection.setState({ signInNeeded: true });
  return new Promise((resolve) => waiting.push(resolve));
}

/** Let the requests that waited for a sign-in go on. */
export function resumeAfterSignIn(): void {
  useConnection.setState({ signInNeeded: false });
  const ready = waiting;
  waiting = [];
  ready.forEach((resume) => resume());
}

/** Do something whenever the server answers again: after a lost connection, or a new sign-in. Returns how to stop. */
export function onReconnected(action: () => void): () => void {
  return useConnection.subscribe((now, before) => {
    const isCutOff = ({ reachable, signInNeeded }: Connection) => !reachable || signInNeeded;
    if (isCutOff(before) && !isCutOff(now)) action();
  });
}
