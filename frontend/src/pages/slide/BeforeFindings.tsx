import { Divider, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isActive } from "@/api/analyses";
import type { Analysis, Slide } from "@/api/types";
import { useMay } from "@/api/session";
import { AnalyseButton } from "@/features/analysis/AnalyseButton";
import { Outcome } from "@/features/analysis/Outcome";
import { StageProgress } from "@/features/analysis/StageProgress";
import { MppForm } from "@/features/slides/MppForm";
import { SlideFacts } from "@/features/slides/SlideFacts";
import { lacksMpp } from "@/features/slides/standing";
import { inLanguage } from "@/lib/sentences";
import { Notice } from "@/ui/Notice";
import classes from "./Panel.module.css";

interface BeforeFindingsProps {
  slide: Slide;
  analysis: Analysis | null;
}

/** A slide without findings: the next step towards them, and the slide's facts. */
export function BeforeFindings({ slide, analysis }: BeforeFindingsProps) {
  return (
    <div className={classes.scroll}>
      <Stack p="md" gap="md">
        {analysis && isActive(analysis) ? (
          <StageProgress analysis={analysis} />
        ) : (
          <NextStep slide={slide} analysis={analysis} />
        )}
        <Divider />
        <SlideFacts slide={slide} />
      </Stack>
    </div>
  );
}

function NextStep({ slide, analysis }: BeforeFindingsProps) {
  const { t } = useTranslation("slides");
  const arranges = useMay("arrange");
  return (
    <>
      {analysis && <Outcome analysis={analysis} />}
      {slide.analysable && <AnalyseButton slide={slide} again={analysis !== null} />}
      {lacksMpp(slide) && arranges && (
        <Notice tone="care" title={t("mppUnknownEnter")}>
          <MppForm slide={slide} />
        </Notice>
      )}
      {!slide.analysable && !lacksMpp(slide) && (
        <Notice tone="info" title={t("viewedNotAnalysed")}>
          {inLanguage(slide.not_analysable_reason ?? "")}
        </Notice>
      )}
    </>
  );
}
