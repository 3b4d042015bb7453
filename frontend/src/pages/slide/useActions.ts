import { notifications } from "@mantine/notifications";
import { useAct } from "@/api/review/act";
import type { Pending } from "@/api/review/outbox";
import { i18n } from "@/lib/i18n";

/** Do things to the review on show; what the server refuses is taken back on screen, and said. */
export function useActions(analysisId: string | null) {
  return useAct(analysisId, complain);
}

function complain(_pending: Pending, error: Error): void {
  notifications.show({ color: "red", title: i18n.t("review:notTaken"), message: error.message, autoClose: false });
}
