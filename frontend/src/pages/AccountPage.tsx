import { Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "@/api/session";
import { ApiTokens } from "@/features/account/ApiTokens";
import { OwnSessions } from "@/features/account/OwnSessions";
import { PasswordForm } from "@/features/account/PasswordForm";
import { SecondFactor } from "@/features/account/SecondFactor";
import { Fact, Facts } from "@/ui/Fact";
import classes from "./AccountPage.module.css";

/** The user's own account: who they are here, their password, where they are signed in. */
export default function AccountPage() {
  const { t } = useTranslation("account");
  const session = useSession();
  useDocumentTitle(t("accountTitle"));
  if (!session.data) return null;
  const { user, provider } = session.data;
  return (
    <div className={classes.page}>
      <Title order={1} size="h3" mb="md">
        {t("myAccount")}
      </Title>
      <Stack gap="xl">
        <Facts>
          <Fact name={t("name")}>{user.display_name}</Fact>
          <Fact name={t("userName")}>{user.username}</Fact>
          <Fact name={t("role")}>{t(`roles.${user.role}`)}</Fact>
          <Fact name={t("site")}>{user.site}</Fact>
          {provider && <Fact name={t("signsInWith")}>{provider}</Fact>}
        </Facts>
        {session.data.has_password && (
          <>
            <Section title={t("password")}>
              <PasswordForm />
            </Section>
            <Section title={t("secondFactor")} about={t("aboutSecondFactor")}>
              <SecondFactor />
            </Section>
          </>
        )}
        <Section title={t("sessions")} about={t("aboutSessions")}>
          <OwnSessions />
        </Section>
        <Section title={t("tokens")} about={t("aboutTokens")}>
          <ApiTokens />
        </Section>
      </Stack>
    </div>
  );
}

function Section({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {about && (
        <Text size="sm" c="var(--fs-quiet)" mb="sm" maw={720}>
          {about}
        </Text>
      )}
      {children}
    </section>
  );
}
