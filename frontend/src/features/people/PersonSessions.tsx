import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { useEndSessionOf, useSessionsOf } from "@/api/people";
import { SessionTable } from "@/ui/SessionTable";

/** Where somebody is signed in, and the way to sign them out there. */
export function PersonSessions({ userId }: { userId: string }) {
  const { t } = useTranslation("people");
  const sessions = useSessionsOf(userId);
  const end = useEndSessionOf(userId);
  const problem = sessions.error ?? end.error;
  if (problem)
    return (
      <Text size="sm" c="var(--fs-danger)" role="alert">
        {sentence(problem)}
      </Text>
    );
  if (sessions.data?.length === 0)
    return (
      <Text size="sm" c="var(--fs-quiet)">
        {t("nowhere")}
      </Text>
    );
  return sessions.data ? <SessionTable sessions={sessions.data} onEnd={(id) => end.mutate(id)} /> : null;
}
