import { Button, Divider, Group, Stack, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { reportUrl } from "@/api/analyses";
import type { Analysis, Findings, Review, Slide } from "@/api/types";
import { useMay } from "@/api/session";
import { AnalyseButton } from "@/features/analysis/AnalyseButton";
import { Provenance } from "@/features/analysis/Provenance";
import type { Guard } from "@/features/review/softLock";
import { TakeOverButton } from "@/features/review/TakeOverButton";
import { SignedReport } from "@/features/signing/SignedReport";
import { language } from "@/lib/i18n";
import { SlideFacts } from "@/features/slides/SlideFacts";
import classes from "./Panel.module.css";

interface AnalysisTabProps {
  slide: Slide;
  analysis: Analysis;
  findings: Findings;
  review: Review;
  guard: Guard;
}

/** How the findings came about, the slide's facts, and what can be taken along. */
export function AnalysisTab({ slide, analysis, findings, review, guard }: AnalysisTabProps) {
  const { t } = useTranslation("analysis");
  const exports = useMay("export");
  return (
    <div className={classes.scroll}>
      <Stack p="md" gap="md">
        <SignedReport review={review} />
        <Group gap="xs">
          {exports && !review.signed && <PreliminaryReport analysisId={analysis.id} />}
          <TakeOverButton review={review} guard={guard} />
          <AnalyseButton slide={slide} again variant="default" size="xs" />
        </Group>
        <Provenance analysis={analysis} findings={findings} />
        <Divider />
        <Title order={2} size="sm">
          {t("slide")}
        </Title>
        <SlideFacts slide={slide} />
      </Stack>
    </div>
  );
}

/** The review as it stands; once it is signed, there is nothing preliminary about it. */
function PreliminaryReport({ analysisId }: { analysisId: string }) {
  const { t } = useTranslation("analysis");
  const formats = { pdf: t("report"), zip: t("reportFiles"), geojson: t("geojson") } as const;
  return (Object.keys(formats) as (keyof typeof formats)[]).map((format) => (
    <Button
      key={format}
      component="a"
      href={reportUrl(analysisId, format, language())}
      download
      variant={format === "pdf" ? "filled" : "default"}
      size="xs"
      leftSection={<IconDownload size={14} />}
    >
      {formats[format]}
    </Button>
  ));
}
