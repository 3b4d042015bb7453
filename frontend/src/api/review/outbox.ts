import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { Command, Review } from "../types";

/** A command on its way to the server. */
export interface Pending {
  readonly analysisId: string;
  readonly command: Command;
  /** Whose it is: another reader who signs in at this browser does not send it. */
  readonly username: string;
  /** What it is about, as the reader saw it. */
  readonly seen: Record<string, string>;
}

/** A command that somebody else's change has overtaken: the reader decides. */
export interface Clash {
  readonly pending: Pending;
  readonly current: Review;
  readonly about: readonly string[];
}

interface Outbox {
  /** What is not on the server yet, in the order it was done. It outlives a reload and an ended session. */
  readonly pending: readonly Pending[];
  readonly clash: Clash | null;
}

export const useOutbox = create<Outbox>()(
  persist((): Outbox => ({ pending: [], clash: null }), {
    name: "focusscope-outbox",
    partialize: ({ pending }) => ({ pending }),
  }),
);

export function put(pending: Pending): void {
  useOutbox.setState((now) => ({ pending: [...now.pending, pending] }));
}

export function take(commandId: string): void {
  useOutbox.setState((now) => ({ pending: now.pending.filter(({ command }) => command.id !== commandId) }));
}

/** What one reader still has to send, of one analysis or of all. */
export function waitingOf(pending: readonly Pending[], username: string, analysisId?: string): Pending[] {
  return pending.filter((one) => one.username === username && (!analysisId || one.analysisId === analysisId));
}
