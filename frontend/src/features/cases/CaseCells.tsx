import { Text } from "@mantine/core";
import { IconEyeOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Case } from "@/api/types";
import { fixed } from "@/lib/format";
import { arithmetic, counts, reasonOf, shownSum } from "./arithmetic";
import classes from "./CaseCells.module.css";

/** How many slides a case has, and who reads it. */
export function CaseNote({ case: one, shown }: { case: Case; shown: number }) {
  const { t } = useTranslation("cases");
  const slides = shown < one.slide_count ? t("someShown", { shown, count: one.slide_count }) : t("slides", { count: shown });
  const leftOut = one.predicted.parts.filter((part) => !counts(part)).length;
  return (
    <Text size="xs" c="var(--fs-quiet)" fw={400} lineClamp={2} className={classes.note}>
      {[slides, leftOut > 0 && t("someLeftOut", { count: leftOut }), one.assigned_to && t("assignedTo", { name: one.assigned_to.name })].filter(Boolean).join(" · ")}
    </Text>
  );
}

/** How the score of a case comes about, or why it is unknown; and whether the case is read blind first. */
export function CaseStanding({ case: one }: { case: Case }) {
  const { t } = useTranslation("cases");
  const { sum } = shownSum(one);
  return (
    <>
      {one.blind_first && (
        <Text size="xs" className={classes.blind}>
          <IconEyeOff size={14} aria-hidden />
          {t("blindFirst")}
        </Text>
      )}
      <Text size="xs" c="var(--fs-quiet)" className="numeric" lineClamp={2} title={arithmetic(sum) ?? reasonOf(sum)}>
        {arithmetic(sum) ?? reasonOf(sum)}
      </Text>
    </>
  );
}

/** The summed score of a case, and which of the two it is. */
export function CaseSumCell({ case: one }: { case: Case }) {
  const { t } = useTranslation("cases");
  const { sum, kind } = shownSum(one);
  return (
    <>
      <Text size="sm" fw={600}>
        {fixed(sum.focus_score, 2)}
      </Text>
      <Text size="xs" c="var(--fs-quiet)">
        {t(kind)}
      </Text>
    </>
  );
}
