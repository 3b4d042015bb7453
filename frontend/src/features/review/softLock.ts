import { useCallback, useState } from "react";
import { useWhoWasFirst } from "@/api/review/presence";
import type { Action } from "@/api/types";

/** What a reader is about to do to a review that somebody else had open first. */
export interface Held {
  readonly names: readonly string[];
  goOn: () => void;
  leave: () => void;
}

interface SoftLock {
  act: (action: Action) => void;
  held: Held | null;
}

/** Hold the first action on a review that others had open first, until the reader says to go on. */
export function useSoftLock(analysisId: string | null, act: (action: Action) => void): SoftLock {
  const first = useWhoWasFirst(analysisId);
  const [waiting, hold] = useState<Action | null>(null);
  const [agreed, agree] = useState<string | null>(null);
  const asked = useCallback(
    (action: Action) => (analysisId !== agreed && first().length > 0 ? hold(action) : act(action)),
    [analysisId, agreed, first, act],
  );
  const held = waiting && {
    names: first(),
    goOn: () => {
      agree(analysisId);
      hold(null);
      act(waiting);
    },
    leave: () => hold(null),
  };
  return { act: asked, held };
}
