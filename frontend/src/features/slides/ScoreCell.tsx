import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Slide } from "@/api/types";
import { fixed, UNKNOWN } from "@/lib/format";
import { inLanguage } from "@/lib/sentences";

/** The focus score of the analysis that a slide stands by: the reviewed one once there is one, and which of the two it is. */
export function ScoreCell({ slide }: { slide: Slide }) {
  const { t } = useTranslation("slides");
  const analysis = slide.current_analysis;
  if (analysis?.status !== "succeeded" || analysis.withheld) return <Text c="var(--fs-quiet)">{UNKNOWN}</Text>;
  const reviewed = analysis.review?.decided ? analysis.review.focus_score : null;
  const score = reviewed ?? analysis.focus_score;
  const reason = score === null && analysis.focus_score_reason ? inLanguage(analysis.focus_score_reason) : undefined;
  return (
    <>
      <Text size="sm" fw={600} title={reason}>
        {fixed(score, 2)}
      </Text>
      <Text size="xs" c="var(--fs-quiet)">
        {t(score === null ? "unknown" : reviewed === null ? "predicted" : "reviewed")}
      </Text>
    </>
  );
}
