import { Tabs } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Analysis, Findings, Review, Slide } from "@/api/types";
import { SignedBanner } from "@/features/signing/SignedBanner";
import { AnalysisTab } from "./AnalysisTab";
import { useIsBack } from "@/lib/useIsBack";
import classes from "./Panel.module.css";
import { ReportTab } from "./ReportTab";
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
  const { t } = useTranslation(["review", "signing"]);
  const [tab, setTab] = useState<string | null>(useIsBack() ? "report" : "review");
  return (
    <Tabs value={tab} onChange={setTab} className={classes.tabs} keepMounted={false}>
      <SignedBanner review={review} onAmend={(reason) => desk.act({ kind: "amend", reason })} />
      <Tabs.List px="0.375rem">
        <Tabs.Tab value="review" className={classes.tab}>{t("review")}</Tabs.Tab>
        <Tabs.Tab value="report" className={classes.tab}>{t("signing:tab")}</Tabs.Tab>
        <Tabs.Tab value="analysis" className={classes.tab}>{t("analysisAndSlide")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="review" className={`${classes.panel} ${classes.whole}`}>
        <ReviewTab slide={slide} findings={findings} review={review} desk={desk} />
      </Tabs.Panel>
      <Tabs.Panel value="report" className={classes.panel}>
        <ReportTab review={review} desk={desk} onLesion={() => setTab("review")} />
      </Tabs.Panel>
      <Tabs.Panel value="analysis" className={classes.panel}>
        <AnalysisTab slide={slide} analysis={analysis} findings={findings} review={review} guard={desk.guard} />
      </Tabs.Panel>
    </Tabs>
  );
}
