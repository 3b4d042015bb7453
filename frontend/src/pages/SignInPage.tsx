import { Paper, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { LanguageSwitch } from "@/features/account/LanguageSwitch";
import { ProviderButton } from "@/features/account/ProviderButton";
import { SignInForm } from "@/features/account/SignInForm";
import { PRODUCT } from "@/lib/product";
import { Mark } from "@/ui/Mark";
import { ResearchUse } from "@/ui/ResearchUse";
import classes from "./SignInPage.module.css";

/** The way in; leads back to the page that was asked for. */
export function SignInPage() {
  const { t } = useTranslation("account");
  const navigate = useNavigate();
  const from = (useLocation().state as { from?: string } | null)?.from ?? "/";
  useDocumentTitle(t("signInTitle"));
  return (
    <div className={classes.page}>
      <main className={classes.centre}>
        <Paper withBorder radius="md" p="xl" w={380} maw="100%">
          <Mark size={36} />
          <Title order={1} size="h3" mt="sm">
            {PRODUCT}
          </Title>
          <Text size="sm" c="var(--fs-quiet)" mb="lg">
            {t("slogan")}
          </Text>
          <SignInForm onSignedIn={() => navigate(from, { replace: true })} />
          <ProviderButton from={from} />
        </Paper>
        <div className={classes.language}>
          <LanguageSwitch />
        </div>
      </main>
      <ResearchUse />
    </div>
  );
}
