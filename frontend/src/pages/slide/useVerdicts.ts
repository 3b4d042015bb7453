import { notifications } from "@mantine/notifications";
import { sentence } from "@/api/errors";
import { useDecide } from "@/api/reviews";
import { useSession } from "@/api/session";
import type { Findings, Verdict } from "@/api/types";
import { i18n } from "@/lib/i18n";

/** Record verdicts; one that is refused is taken back on screen, and said. */
export function useVerdicts(findings: Findings | undefined) {
  const session = useSession();
  const decide = useDecide(findings, session.data?.user.display_name ?? "");
  return (lesionId: string, verdict: Verdict, countsAsFocus: boolean | null) =>
    decide.mutate(
      { lesion_id: lesionId, verdict, counts_as_focus: countsAsFocus },
      { onError: (error) => complain(findings, lesionId, error) },
    );
}

function complain(findings: Findings | undefined, lesionId: string, error: Error): void {
  const number = findings?.lesions.find(({ id }) => id === lesionId)?.number ?? "";
  const title = i18n.t("review:verdictNotSaved", { number });
  notifications.show({ color: "red", title, message: sentence(error), autoClose: false });
}
