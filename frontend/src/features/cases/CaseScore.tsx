import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { CaseSum } from "@/api/types";
import { fixed } from "@/lib/format";
import { arithmetic, reasonOf } from "./arithmetic";
import classes from "./CaseScore.module.css";

/** One summed focus score: the number, how it comes about slide by slide, and its interval; or why there is none. */
export function CaseScore({ kind, sum }: { kind: "predicted" | "reviewed"; sum: CaseSum }) {
  const { t } = useTranslation("cases");
  return (
    <div className={classes.score} role="group" aria-label={t(`${kind}Score`)}>
      <Text size="xs" c="var(--fs-quiet)" fw={500}>
        {t(kind)}
      </Text>
      <p className={classes.value}>{fixed(sum.focus_score, 2)}</p>
      <Text size="sm" className="numeric">
        {arithmetic(sum) ?? reasonOf(sum)}
      </Text>
      {sum.focus_score !== null && (
        <Text size="xs" c="var(--fs-quiet)" className="numeric">
          {t("interval", { low: fixed(sum.low, 2), high: fixed(sum.high, 2) })}
        </Text>
      )}
    </div>
  );
}
