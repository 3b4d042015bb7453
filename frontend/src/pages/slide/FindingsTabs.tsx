import { Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Analysis, Findings, Review, Slide } from "@/api/types";
import { AnalysisTab } from "./AnalysisTab";
import classes from "./Panel.module.css";
import { ReviewTab } from "./ReviewTab";
import type { Desk } from "./useDesk";

interface FindingsTabsProps {
  slide: Slide;
  analysis: Analysis;
  findings: Findings;
  review: Review;
  desk: Desk;
}

/** What an analysis found: to review, and how it came about. */
export function FindingsTabs({ slide, analysis, findings, review, desk }: FindingsTabsProps) {
  const { t } = useTranslation("review");
  return (
    <Tabs defaultValue="review" className={classes.tabs} keepMounted={false}>
      <Tabs.List px="xs">
        <Tabs.Tab value="review">{t("review")}</Tabs.Tab>
        <Tabs.Tab value="analysis">{t("analysisAndSlide")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="review" className={classes.panel}>
        <ReviewTab slide={slide} findings={findings} review={review} desk={desk} />
      </Tabs.Panel>
      <Tabs.Panel value="analysis" className={classes.panel}>
        <AnalysisTab slide={slide} analysis={analysis} findings={findings} review={review} />
      </Tabs.Panel>
    </Tabs>
  );
}
