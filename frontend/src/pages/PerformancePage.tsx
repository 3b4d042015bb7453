import { Anchor, Button, Center, Group, Loader, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconArrowLeft, IconChartDots, IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { sentence } from "@/api/errors";
import { performanceFile, usePerformance, type Span } from "@/api/performance";
import type { Performance } from "@/api/types";
import { Version } from "@/features/performance/Version";
import { Empty } from "@/ui/Empty";
import { Problem } from "@/ui/Problem";
import classes from "./AgreementPage.module.css";

const SPANS = ["month", "week"] as const;

/** What signed reviews make of what the networks propose, by version and over time: for leads and admins. */
export default function PerformancePage() {
  const { t } = useTranslation(["performance", "common"]);
  const [query, setQuery] = useSearchParams();
  const span: Span = query.get("by") === "week" ? "week" : "month";
  const performance = usePerformance(span);
  useDocumentTitle(t("pageTitle"));
  return (
    <div className={classes.page}>
      <Anchor component={Link} to="/" size="sm" className={classes.back}>
        <IconArrowLeft size={15} aria-hidden /> {t("common:toWorklist")}
      </Anchor>
      <Title order={1} size="h3" mt="xs">
        {t("title")}
      </Title>
      <Text size="sm" c="var(--fs-quiet)" mb="md" maw={720}>
        {t("about")} {t("noTruth")}
      </Text>
      {performance.data ? (
        <>
          {performance.data.versions.length > 0 && (
            <Group mb="lg">
              <SegmentedControl
                aria-label={t("period")}
                size="xs"
                data={SPANS.map((one) => ({ value: one, label: t(`spans.${one}`) }))}
                value={span}
                onChange={(by) => setQuery(by === "week" ? { by } : {}, { replace: true })}
              />
              <Button component="a" href={performanceFile(span)} download variant="default" size="xs" leftSection={<IconDownload size={14} />}>
                {t("download")}
              </Button>
            </Group>
          )}
          <Versions performance={performance.data} span={span} />
        </>
      ) : (
        <Center py={72}>
          {performance.error ? (
            <Problem title={t("notLoaded")} sentence={sentence(performance.error)} onRetry={() => void performance.refetch()} />
          ) : (
            <Loader aria-label={t("loading")} />
          )}
        </Center>
      )}
    </div>
  );
}

function Versions({ performance: { versions, uncounted }, span }: { performance: Performance; span: Span }) {
  const { t } = useTranslation("performance");
  return (
    <Stack gap="xl">
      {versions.length === 0 && (
        <Empty icon={<IconChartDots size={32} stroke={1.5} />} title={t("noneYet")}>
          {t("howToBegin")}
        </Empty>
      )}
      {versions.map((one) => (
        <Version key={one.networks.map(({ sha256 }) => sha256).join()} version={one} span={span} />
      ))}
      {uncounted > 0 && <Text size="sm">{t("uncounted", { count: uncounted })}</Text>}
    </Stack>
  );
}
