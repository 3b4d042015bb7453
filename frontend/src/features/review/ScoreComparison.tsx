import { Text } from "@mantine/core";
import type { Review, Score as ScoreValue } from "@/api/types";
import { fixed, plural } from "@/lib/format";
import { Score } from "./Score";
import classes from "./ScoreComparison.module.css";

/** The focus score that the network predicts beside the one that the review gives, with their arithmetic. */
export function ScoreComparison({ review }: { review: Review }) {
  const { predicted, reviewed } = review;
  return (
    <section aria-label="Focus score" className={classes.card}>
      <div className={classes.pair}>
        <Score name="Predicted" score={predicted} />
        <Score name="Reviewed" score={reviewed} strong />
      </div>
      <Criterion reviewed={reviewed} review={review} />
      <Text size="xs" className="numeric">
        Glandular area {fixed(predicted.glandular_area_mm2, 2)} mm²
      </Text>
    </section>
  );
}

/** Whether the histological criterion is met; of reviewed foci only, and never called a diagnosis. */
function Criterion({ reviewed, review }: { reviewed: ScoreValue; review: Review }) {
  if (reviewed.meets_criterion === null) return null;
  const left = review.total - review.decided;
  return (
    <div className={classes.criterion} role="status">
      <Text size="sm" fw={500}>
        Criterion FS ≥ 1 {reviewed.meets_criterion ? "met" : "not met"} on the reviewed foci
      </Text>
      {left > 0 && (
        <Text size="xs" c="var(--fs-quiet)" className="numeric">
          {plural(left, "lesion")} undecided; confirming all would give {fixed(review.if_rest_confirmed.focus_score, 2)}
        </Text>
      )}
    </div>
  );
}
