import { notifications } from "@mantine/notifications";
import { useAct } from "@/api/review/act";
import type { Pending } from "@/api/review/outbox";
import { useSoftLock } from "@/features/review/softLock";
import { i18n } from "@/lib/i18n";

/** Do things to the review on show, unless somebody else is at it; what the server refuses is taken back, and said. */
export function useActions(analysisId: string | null) {
  return useSoftLock(analysisId, useAct(analysisId, complain));
}

function complain(_pending: Pending, error: Error): void {
  notifications.show({ color: "red", title: i18n.t("review:notTaken"), message: error.message, autoClose: false });
}
