import { notifications } from "@mantine/notifications";
import { useCallback } from "react";
import { useAct } from "@/api/review/act";
import type { Pending } from "@/api/review/outbox";
import type { Action } from "@/api/types";
import { useSoftLock } from "@/features/review/softLock";
import { i18n } from "@/lib/i18n";

/** Does something to a review, and then what follows from it. */
export type Act = (action: Action, then?: () => void) => void;

/** Do things to the review on show, unless somebody else is at it; what the server refuses is taken back, and said. */
export function useActions(analysisId: string | null) {
  const { guard, held } = useSoftLock(analysisId);
  const send = useAct(analysisId, complain);
  const act = useCallback<Act>((action, then) => guard(() => (send(action), then?.())), [guard, send]);
  return { act, guard, held };
}

function complain(_pending: Pending, error: Error): void {
  notifications.show({ color: "red", title: i18n.t("review:notTaken"), message: error.message, autoClose: false });
}
