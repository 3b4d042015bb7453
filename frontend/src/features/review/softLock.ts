import { useCallback, useState } from "react";
import { useWhoWasFirst } from "@/api/review/presence";

/** What a reader is about to do to a review that somebody else had open first. */
export interface Held {
  readonly names: readonly string[];
  goOn: () => void;
  leave: () => void;
}

/** Does something to a review, once the reader says so where somebody else is at it. */
export type Guard = (change: () => void) => void;

interface SoftLock {
  guard: Guard;
  held: Held | null;
}

/** Hold the first change to a review that others had open first, until the reader says to go on. */
export function useSoftLock(analysisId: string | null): SoftLock {
  const first = useWhoWasFirst(analysisId);
  const [waiting, hold] = useState<{ names: readonly string[]; change: () => void } | null>(null);
  const [agreed, agree] = useState<string | null>(null);
  const guard = useCallback(
    (change: () => void) => {
      const names = analysisId === agreed ? [] : first();
      if (names.length > 0) hold({ names, change });
      else change();
    },
    [analysisId, agreed, first],
  );
  const held = waiting && {
    names: waiting.names,
    goOn: () => {
      agree(analysisId);
      hold(null);
      waiting.change();
    },
    leave: () => hold(null),
  };
  return { guard, held };
}
