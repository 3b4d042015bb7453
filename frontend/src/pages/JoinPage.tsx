import { Loader, Paper, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { sentence } from "@/api/errors";
import { useLink } from "@/api/people";
import { JoinForm } from "@/features/account/JoinForm";
import { LanguageSwitch } from "@/features/account/LanguageSwitch";
import { ProviderButton } from "@/features/account/ProviderButton";
import { PRODUCT } from "@/lib/product";
import { Mark } from "@/ui/Mark";
import { Problem } from "@/ui/Problem";
import { ResearchUse } from "@/ui/ResearchUse";
import classes from "./SignInPage.module.css";

/** Where a link leads that lets somebody in; its secret stands behind the `#`. */
export default function JoinPage() {
  const { t } = useTranslation("account");
  const navigate = useNavigate();
  const token = useLocation().hash.slice(1);
  const link = useLink(token);
  useDocumentTitle(t("joinTitle"));
  return (
    <div className={classes.page}>
      <main className={classes.centre}>
        <Paper withBorder radius="md" p="xl" w={380} maw="100%">
          <Mark size={36} />
          <Title order={1} size="h3" mt="sm" mb="md">
            {PRODUCT}
          </Title>
          {link.data && <JoinForm token={token} link={link.data} onDone={() => navigate("/sign-in", { replace: true })} />}
          {link.data?.username === null && <ProviderButton link={token} from="/" />}
          {link.error && <Problem title={t("linkNotGood")} sentence={sentence(link.error)} />}
          {link.isPending && <Loader aria-label={t("joinTitle")} />}
        </Paper>
        <div className={classes.language}>
          <LanguageSwitch />
        </div>
      </main>
      <ResearchUse />
    </div>
  );
}
