import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Score as ScoreValue } from "@/api/types";
import { fixed, percent } from "@/lib/format";
import classes from "./ScoreComparison.module.css";

interface ScoreProps {
  kind: "predicted" | "reviewed";
  score: ScoreValue;
  /** Why there is no score, where there is none. */
  reason: string;
}

/** One focus score: the number, how it comes about, and its interval; or why there is none. */
export function Score({ kind, score, reason }: ScoreProps) {
  const { t } = useTranslation("review");
  return (
    <div className={classes.score} role="group" aria-label={t(`${kind}Score`)}>
      <Text size="xs" c="var(--fs-quiet)" fw={500}>
        {t(kind)}
      </Text>
      <p className={classes.value} data-strong={(kind === "reviewed" && score.focus_score !== null) || undefined}>
        {fixed(score.focus_score, 2)}
      </p>
      {score.focus_score === null ? (
        <Text size="xs" c="var(--fs-quiet)">
          {reason}
        </Text>
      ) : (
        <Text size="xs" className="numeric" component="div">
          <div className={classes.formula}>{t("formula", { count: score.foci, area: fixed(score.glandular_area_mm2, 2) })}</div>
          <Text inherit component="div" c="var(--fs-quiet)">
            {t("interval", { interval: score.low === null ? "…" : `${fixed(score.low, 2)}–${fixed(score.high, 2)}` })}
          </Text>
          <Text inherit component="div" c="var(--fs-quiet)">
            {t("areaFraction", { fraction: percent(score.area_fraction, 1) })}
          </Text>
        </Text>
      )}
    </div>
  );
}

/** One focus score in a line: the number and how it comes about, or why there is none. */
export function ScoreInShort({ kind, score, reason }: ScoreProps) {
  const { t } = useTranslation("review");
  const known = score.focus_score !== null;
  const said = known ? t("formula", { count: score.foci, area: fixed(score.glandular_area_mm2, 2) }) : reason;
  return (
    <div className={classes.line} role="group" aria-label={t(`${kind}Score`)}>
      <Text size="xs" c="var(--fs-quiet)" fw={500}>
        {t(kind)}
      </Text>
      <p className={classes.small} data-strong={(kind === "reviewed" && known) || undefined}>
        {fixed(score.focus_score, 2)}
      </p>
      <Text size="xs" className="numeric" c={known ? undefined : "var(--fs-quiet)"} lineClamp={known ? 1 : 2} title={said}>
        {said}
      </Text>
    </div>
  );
}
