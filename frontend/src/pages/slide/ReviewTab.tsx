import { IconCircleDashed } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Findings, Review } from "@/api/types";
import { Warnings } from "@/features/analysis/Warnings";
import { KeyHints } from "@/features/review/KeyHints";
import { LesionTable } from "@/features/review/LesionTable";
import { ordered } from "@/features/review/order";
import { ReviewProgress } from "@/features/review/ReviewProgress";
import { ScoreComparison } from "@/features/review/ScoreComparison";
import { Empty } from "@/ui/Empty";
import { EditTools } from "./EditTools";
import classes from "./Panel.module.css";
import type { Desk } from "./useDesk";

interface ReviewTabProps {
  analysisId: string;
  findings: Findings;
  review: Review;
  desk: Desk;
}

/** The scores, then every lesion to decide. */
export function ReviewTab({ analysisId, findings, review, desk }: ReviewTabProps) {
  const sorted = useMemo(() => ordered(findings.lesions, desk.sorting), [findings, desk.sorting]);
  if (findings.lesions.length === 0) return <NoLesions analysisId={analysisId} findings={findings} review={review} />;
  return (
    <>
      <ScoreComparison review={review} />
      <div className={classes.progress}>
        <ReviewProgress review={review} />
      </div>
      <EditTools analysisId={analysisId} />
      <div className={classes.scroll}>
        <Warnings warnings={findings.warnings} />
        <LesionTable
          {...sorted}
          review={review}
          sorting={desk.sorting}
          selected={desk.selected}
          onSort={desk.sort}
          onSelect={desk.visit}
          onVerdict={desk.decide}
        />
      </div>
      <div className={classes.hints}>
        <KeyHints />
      </div>
    </>
  );
}

function NoLesions({ analysisId, findings, review }: Omit<ReviewTabProps, "desk">) {
  const { t } = useTranslation("review");
  return (
    <div className={classes.scroll}>
      <ScoreComparison review={review} />
      <EditTools analysisId={analysisId} />
      <Warnings warnings={findings.warnings} />
      <Empty icon={<IconCircleDashed size={32} stroke={1.5} />} title={t("nothingOutlined")}>
        {t("lookYourself")}
      </Empty>
    </div>
  );
}
