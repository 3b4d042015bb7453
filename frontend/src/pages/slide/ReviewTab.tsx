import { IconCircleDashed } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { cropUrl, useSrgbUrl } from "@/api/slides";
import type { Findings, Lesion, Review, Slide } from "@/api/types";
import { Warnings } from "@/features/analysis/Warnings";
import { answered } from "@/features/consensus/fields";
import { ClashDialog } from "@/features/review/ClashDialog";
import { KeyHints } from "@/features/review/KeyHints";
import { LesionTable } from "@/features/review/LesionTable";
import { ordered } from "@/features/review/order";
import { Presence } from "@/features/review/Presence";
import { QueueTools } from "@/features/review/QueueTools";
import { ReasonChooser } from "@/features/review/ReasonChooser";
import { ReviewProgress } from "@/features/review/ReviewProgress";
import { ScoreComparison } from "@/features/review/ScoreComparison";
import { EditBar } from "@/features/viewer/EditBar";
import { useViewer } from "@/features/viewer/context";
import { boundsOf } from "@/features/viewer/geometry";
import { Empty } from "@/ui/Empty";
import classes from "./Panel.module.css";
import type { Desk } from "./useDesk";

interface ReviewTabProps {
  slide: Slide;
  findings: Findings;
  review: Review;
  desk: Desk;
}

/** The scores, then every lesion to decide. */
export function ReviewTab({ slide, findings, review, desk }: ReviewTabProps) {
  const { lesions } = review;
  const srgbUrl = useSrgbUrl(slide.id);
  const srgb = useViewer((state) => state.srgb) && Boolean(srgbUrl);
  const sorted = useMemo(() => ordered(lesions, desk.sorting), [lesions, desk.sorting]);
  return (
    <>
      <Presence analysisId={review.analysis_id} />
      <ScoreComparison review={review} />
      <Warnings warnings={findings.warnings} />
      <div className={classes.progress}>
        <ReviewProgress review={review} />
        <QueueTools
          review={review}
          visible={desk.visible}
          leastConfidence={desk.leastConfidence}
          onLeastConfidence={desk.setLeastConfidence}
          onAll={desk.decideAll}
          onUndo={() => desk.act({ kind: "undo" })}
          onRedo={() => desk.act({ kind: "redo" })}
        />
      </div>
      {desk.open && <EditBar />}
      <div className={classes.scroll}>
        {lesions.length === 0 ? (
          <NoLesions />
        ) : (
          <LesionTable
            {...sorted}
            review={review}
            sorting={desk.sorting}
            selected={desk.selected}
            leastConfidence={desk.leastConfidence}
            cropOf={(lesion) => cropUrl(slide.id, squareAbout(lesion), srgb)}
            onSort={desk.sort}
            onSelect={desk.visit}
            onVerdict={desk.decide}
            onComment={(lesion_id, text, then) => desk.act({ kind: "comment", lesion_id, text }, then)}
          />
        )}
      </div>
      <div className={classes.hints}>
        <KeyHints />
      </div>
      <ReasonChooser lesion={desk.rejecting} onReject={desk.reject} onClose={desk.dropRejection} />
      <ClashDialog cropOf={(square) => cropUrl(slide.id, square, srgb)} answered={answered} />
    </>
  );
}

function NoLesions() {
  const { t } = useTranslation("review");
  return (
    <Empty icon={<IconCircleDashed size={32} stroke={1.5} />} title={t("nothingOutlined")}>
      {t("lookYourself")}
    </Empty>
  );
}

/** A square about a lesion, with some tissue around it. */
function squareAbout({ polygon }: Lesion) {
  const { x, y, width, height } = boundsOf(polygon);
  const side = 1.3 * Math.max(width, height);
  return { x: x + (width - side) / 2, y: y + (height - side) / 2, side };
}
