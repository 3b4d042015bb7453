import { Button, Loader, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useEndSession, useOwnSessions } from "@/api/account";
import { sentence } from "@/api/errors";
import { SessionTable } from "@/ui/SessionTable";

/** Where the user is signed in, and the way to sign out there. */
export function OwnSessions() {
  const { t } = useTranslation("account");
  const sessions = useOwnSessions();
  const end = useEndSession();
  const problem = sessions.error ?? end.error;
  return (
    <>
      {problem && (
        <Text size="sm" c="var(--fs-danger)" role="alert">
          {sentence(problem)}
        </Text>
      )}
      {sessions.isPending && <Loader size="sm" aria-label={t("sessions")} />}
      {sessions.data && <SessionTable sessions={sessions.data} onEnd={(id) => end.mutate(id)} />}
      {sessions.data && sessions.data.length > 1 && (
        <Button size="xs" variant="default" mt="sm" loading={end.isPending} onClick={() => end.mutate(undefined)}>
          {t("endOthers")}
        </Button>
      )}
    </>
  );
}
