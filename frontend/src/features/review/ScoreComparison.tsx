import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Review, Score as ScoreValue } from "@/api/types";
import { fixed } from "@/lib/format";
import { Fold } from "@/ui/Fold";
import { reasonOf, reviewedReason } from "./reasons";
import { Score, ScoreInShort } from "./Score";
import classes from "./ScoreComparison.module.css";

/** The focus score that the network predicts beside the one that the review gives, and on demand their arithmetic. */
export function ScoreComparison({ review }: { review: Review }) {
  const { t } = useTranslation("review");
  const { predicted, reviewed } = review;
  return (
    <section aria-label={t("focusScore")} className={classes.card}>
      <Fold
        name="arithmetic"
        label={t("arithmetic")}
        summary={
          <div className={classes.short}>
            <ScoreInShort kind="predicted" score={predicted} reason={reasonOf(predicted)} />
            <ScoreInShort kind="reviewed" score={reviewed} reason={reviewedReason(review)} />
          </div>
        }
      >
        <div className={classes.pair}>
          <Score kind="predicted" score={predicted} reason={reasonOf(predicted)} />
          <Score kind="reviewed" score={reviewed} reason={reviewedReason(review)} />
        </div>
        <Text size="xs" className="numeric">
          {t("glandularArea", { area: fixed(predicted.glandular_area_mm2, 2) })}
        </Text>
      </Fold>
      <Criterion reviewed={reviewed} review={review} />
    </section>
  );
}

/** Whether the histological criterion is met; of reviewed foci only, and never called a diagnosis. */
function Criterion({ reviewed, review }: { reviewed: ScoreValue; review: Review }) {
  const { t } = useTranslation("review");
  if (reviewed.meets_criterion === null) return null;
  const left = review.total - review.decided;
  return (
    <div className={classes.criterion} role="status">
      <Text size="xs" fw={500}>
        {t(reviewed.meets_criterion ? "criterionMet" : "criterionNotMet")}
      </Text>
      {left > 0 && (
        <Text size="xs" c="var(--fs-quiet)" className="numeric">
          {t("undecidedLeft", { count: left, score: fixed(review.if_rest_confirmed.focus_score, 2) })}
        </Text>
      )}
    </div>
  );
}
