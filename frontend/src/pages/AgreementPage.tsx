import { Center, Loader, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconScale } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useAgreement } from "@/api/agreement";
import { sentence } from "@/api/errors";
import type { Agreement } from "@/api/types";
import { ComparedTable } from "@/features/agreement/ComparedTable";
import { DifferencePlot } from "@/features/agreement/DifferencePlot";
import { fixed, UNKNOWN } from "@/lib/format";
import { Empty } from "@/ui/Empty";
import { Fact, Facts } from "@/ui/Fact";
import { Problem } from "@/ui/Problem";
import classes from "./AgreementPage.module.css";

/** How near the reader's own estimates come to what is signed. */
export default function AgreementPage() {
  const { t } = useTranslation("agreement");
  const agreement = useAgreement();
  useDocumentTitle(t("pageTitle"));
  return (
    <div className={classes.page}>
      <Title order={1} size="h3">
        {t("title")}
      </Title>
      <Text size="sm" c="var(--fs-quiet)" mb="md" maw={720}>
        {t("about")}
      </Text>
      {agreement.data ? (
        <Compared agreement={agreement.data} />
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

function Compared({ agreement }: { agreement: Agreement }) {
  const { t } = useTranslation("agreement");
  const { slides, pairs, mean_difference, low, high, icc } = agreement;
  if (slides.length === 0) {
    return (
      <Empty icon={<IconScale size={32} stroke={1.5} />} title={t("noneYet")}>
        {t("howToBegin")}
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
      {pairs > 0 && <DifferencePlot agreement={agreement} />}
      <ComparedTable slides={slides} />
    </Stack>
  );
}
