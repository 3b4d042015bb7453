import { Text } from "@mantine/core";
import type { Score as ScoreValue } from "@/api/types";
import { fixed, percent, plural } from "@/lib/format";
import classes from "./ScoreComparison.module.css";

interface ScoreProps {
  name: string;
  score: ScoreValue;
  strong?: boolean;
}

/** One focus score: the number, how it comes about, and its interval; or why there is none. */
export function Score({ name, score, strong }: ScoreProps) {
  return (
    <div className={classes.score} role="group" aria-label={`${name} focus score`}>
      <Text size="xs" c="var(--fs-quiet)" fw={500}>
        {name}
      </Text>
      <p className={classes.value} data-strong={(strong && score.focus_score !== null) || undefined} data-testid={`${name.toLowerCase()}-score`}>
        {fixed(score.focus_score, 2)}
      </p>
      {score.focus_score === null ? (
        <Text size="xs" c="var(--fs-quiet)">
          {score.reason}
        </Text>
      ) : (
        <Text size="xs" className="numeric" component="div">
          <div className={classes.formula}>{formula(score)}</div>
          <Text inherit component="div" c="var(--fs-quiet)">
            95 % interval {score.low === null ? "…" : `${fixed(score.low, 2)}–${fixed(score.high, 2)}`}
          </Text>
          <Text inherit component="div" c="var(--fs-quiet)">
            Area fraction {percent(score.area_fraction, 1)}
          </Text>
        </Text>
      )}
    </div>
  );
}

function formula({ foci, glandular_area_mm2 }: ScoreValue): string {
  return `= ${plural(foci, "focus", "foci")} ÷ ${fixed(glandular_area_mm2, 2)} mm² × 4`;
}
