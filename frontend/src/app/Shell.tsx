import { Badge, Center, Group, Loader, Text } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet } from "react-router";
import { useReachable } from "@/api/health";
import { AccountMenu } from "@/features/account/AccountMenu";
import { SignInAgain } from "@/features/account/SignInAgain";
import { UploadPanel } from "@/features/slides/upload/UploadPanel";
import { PRODUCT } from "@/lib/product";
import { Mark } from "@/ui/Mark";
import { ResearchUse } from "@/ui/ResearchUse";
import { SkipLink } from "@/ui/SkipLink";
import classes from "./Shell.module.css";

/** What frames each page: header, footer, uploads under way, the dialog for an ended session. */
export function Shell() {
  const { t } = useTranslation();
  return (
    <div className={classes.shell}>
      <SkipLink to="content">{t("skipHeader")}</SkipLink>
      <header className={classes.header}>
        <Link to="/" className={classes.home} aria-label={t("home")}>
          <Mark />
          <Text fw={600}>{PRODUCT}</Text>
        </Link>
        <Group gap="sm">
          <ConnectionNotice />
          <AccountMenu />
        </Group>
      </header>
      <main id="content" tabIndex={-1} className={classes.main}>
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
      </main>
      <ResearchUse />
      <UploadPanel />
      <SignInAgain />
    </div>
  );
}

function Waiting() {
  const { t } = useTranslation();
  return (
    <Center h="100%">
      <Loader aria-label={t("loading")} />
    </Center>
  );
}

function ConnectionNotice() {
  const { t } = useTranslation();
  const reachable = useReachable();
  if (reachable) return null;
  return (
    <Badge color="red" variant="light" tt="none" role="status" leftSection={<IconPlugConnectedX size={14} />}>
      {t("unreachable")}
    </Badge>
  );
}
