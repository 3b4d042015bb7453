import { Button, Paper, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useSignOut } from "@/api/session";
import { LanguageSwitch } from "@/features/account/LanguageSwitch";
import { SetUpSecondFactor } from "@/features/account/SetUpSecondFactor";
import { ResearchUse } from "@/ui/ResearchUse";
import classes from "./SignInPage.module.css";

/** All that there is for whoever must have a second factor, until it is set up. */
export function SecondFactorPage({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("account");
  const signOut = useSignOut();
  useDocumentTitle(t("mustTitle"));
  return (
    <div className={classes.page}>
      <main className={classes.centre}>
        <Paper withBorder radius="md" p="xl" w={440} maw="100%">
          <Title order={1} size="h3">
            {t("setUpTitle")}
          </Title>
          <Text size="sm" c="var(--fs-quiet)" mt="xs" mb="lg">
            {t("must")}
          </Text>
          <SetUpSecondFactor onDone={onDone} />
          <Button
            variant="subtle"
            size="compact-sm"
            mt="md"
            onClick={() => signOut.mutate(undefined, { onSettled: () => window.location.assign("/sign-in") })}
          >
            {t("signOut")}
          </Button>
        </Paper>
        <div className={classes.language}>
          <LanguageSwitch />
        </div>
      </main>
      <ResearchUse />
    </div>
  );
}
