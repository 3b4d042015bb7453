import { IconCircleDashed } from "@tabler/icons-react";
import type { Findings, Review } from "@/api/types";
import { Warnings } from "@/features/analysis/Warnings";
import { KeyHints } from "@/features/review/KeyHints";
import { LesionTable, type LesionTableProps } from "@/features/review/LesionTable";
import { ReviewProgress } from "@/features/review/ReviewProgress";
import { ScoreComparison } from "@/features/review/ScoreComparison";
import { Empty } from "@/ui/Empty";
import classes from "./ReviewDesk.module.css";

interface ReviewTabProps {
  findings: Findings;
  review: Review;
  table: Omit<LesionTableProps, "review">;
}

/** The scores, then every lesion to decide. */
export function ReviewTab({ findings, review, table }: ReviewTabProps) {
  return (
    <>
      <ScoreComparison review={review} />
      {findings.lesions.length > 0 && (
        <div className={classes.progress}>
          <ReviewProgress review={review} />
        </div>
      )}
      <div className={classes.scroll}>
        <Warnings warnings={findings.warnings} />
        {findings.lesions.length > 0 ? (
          <LesionTable review={review} {...table} />
        ) : (
          <Empty icon={<IconCircleDashed size={32} stroke={1.5} />} title="No infiltrate was outlined">
            The network proposes nothing on this slide. Look at the tissue yourself before relying on it.
          </Empty>
        )}
      </div>
      {findings.lesions.length > 0 && (
        <div className={classes.hints}>
          <KeyHints />
        </div>
      )}
    </>
  );
}
