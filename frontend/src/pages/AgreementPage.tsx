import { Anchor, Center, Loader, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconArrowLeft, IconScale } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { useAgreement } from "@/api/agreement";
import { useReaders } from "@/api/cases";
import { sentence } from "@/api/errors";
import { useSession } from "@/api/session";
import type { Agreement } from "@/api/types";
import { ComparedTable } from "@/features/agreement/ComparedTable";
import { DifferencePlot } from "@/features/agreement/DifferencePlot";
import { ReaderChoice } from "@/features/agreement/ReaderChoice";
import { fixed, UNKNOWN } from "@/lib/format";
import { Empty } from "@/ui/Empty";
import { Fact, Facts } from "@/ui/Fact";
import { Problem } from "@/ui/Problem";
import classes from "./AgreementPage.module.css";

/** How near a reader's own estimates come to what is signed: one's own, and for a lead those of the site's readers. */
export default function AgreementPage() {
  const { t } = useTranslation("agreement");
  const [query, setQuery] = useSearchParams();
  const readerId = query.get("reader");
  const user = useSession().data?.user;
  const name = useReaders().data?.find(({ id }) => id === readerId)?.name;
  const agreement = useAgreement(readerId);
  useDocumentTitle(name ? `${t("titleOf", { name })} · FocusScope` : t("pageTitle"));
  return (
    <div className={classes.page}>
      <Anchor component={Link} to="/" size="sm" className={classes.back}>
        <IconArrowLeft size={15} aria-hidden /> {t("toWorklist")}
      </Anchor>
      <Title order={1} size="h3" mt="xs">
        {name ? t("titleOf", { name }) : t("title")}
      </Title>
      <Text size="sm" c="var(--fs-quiet)" mb="md" maw={720}>
        {name ? t("aboutOf", { name }) : t("about")}
      </Text>
      {user && (user.role === "lead" || user.role === "admin") && (
        <ReaderChoice user={user} value={readerId} onChange={(reader) => setQuery(reader ? { reader } : {})} />
      )}
      {agreement.data ? (
        <Compared agreement={agreement.data} name={name} />
      ) : (
        <Center py={72}>
          {agreement.error ? (
            <Problem title={t("notLoaded")} sentence={sentence(agreement.error)} onRetry={() => void agreement.refetch()} />
          ) : (
            <Loader aria-label={t("loading")} />
          )}
        </Center>
      )}
    </div>
  );
}

function Compared({ agreement, name }: { agreement: Agreement; name: string | undefined }) {
  const { t } = useTranslation("agreement");
  const { slides, pairs, mean_difference, low, high, icc } = agreement;
  if (slides.length === 0) {
    return (
      <Empty icon={<IconScale size={32} stroke={1.5} />} title={name ? t("noneYetOf", { name }) : t("noneYet")}>
        {name ? t("howToBeginOf", { name }) : t("howToBegin")}
      </Empty>
    );
  }
  return (
    <Stack gap="lg">
      <Facts>
        <Fact name={t("pairs")}>{t("pairsOf", { pairs, slides: slides.length })}</Fact>
        <Fact name={t("mean")}>{fixed(mean_difference, 2)}</Fact>
        <Fact name={t("limits")}>{low === null ? t("tooFew") : t("limitsOf", { low: fixed(low, 2), high: fixed(high, 2) })}</Fact>
        <Fact name={t("icc")}>{icc === null ? `${UNKNOWN} ${t("tooFew")}` : fixed(icc, 2)}</Fact>
      </Facts>
      {pairs > 0 ? <DifferencePlot agreement={agreement} /> : <Text size="sm">{t("noScores")}</Text>}
      <ComparedTable slides={slides} />
    </Stack>
  );
}
