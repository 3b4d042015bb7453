import { Center, Loader, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { usePeople } from "@/api/people";
import { useSession } from "@/api/session";
import { Invitations } from "@/features/people/Invitations";
import { InviteForm } from "@/features/people/InviteForm";
import { PeopleTable } from "@/features/people/PeopleTable";
import { Problem } from "@/ui/Problem";
import classes from "./AccountPage.module.css";

/** Who may sign in, in which role, and who is invited: for leads and admins. */
export default function PeoplePage() {
  const { t } = useTranslation("people");
  const user = useSession().data?.user;
  const people = usePeople();
  useDocumentTitle(t("pageTitle"));
  if (!user) return null;
  return (
    <div className={classes.page}>
      <Title order={1} size="h3" mb="md">
        {t("title")}
      </Title>
      {people.data ? (
        <Stack gap="xl">
          <PeopleTable people={people.data} changeable={user.role === "admin"} />
          <section aria-label={t("invite")}>
            <Title order={2} size="h4">
              {t("invite")}
            </Title>
            <Text size="sm" c="var(--fs-quiet)" mb="sm" maw={720}>
              {t("aboutInvitations")}
            </Text>
            <InviteForm by={user} />
            <Invitations />
          </section>
        </Stack>
      ) : (
        <Center py={72}>
          {people.error ? (
            <Problem title={t("notLoaded")} sentence={sentence(people.error)} onRetry={() => void people.refetch()} />
          ) : (
            <Loader aria-label={t("title")} />
          )}
        </Center>
      )}
    </div>
  );
}
