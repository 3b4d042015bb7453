import { Kbd, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { written } from "@/lib/keys/combo";
import classes from "./Keys.module.css";

const KEYS = [
  ["search", ["/"]],
  ["move", ["ArrowUp", "ArrowDown"]],
  ["open", ["Enter"]],
  ["choose", ["X"]],
  ["fold", ["ArrowLeft", "ArrowRight"]],
] as const;

/** The keys of lists of slides; they are what they are. */
export function WorklistKeys() {
  const { t } = useTranslation("keys");
  return (
    <section aria-label={t("groups.worklist")}>
      <Title order={3} size="sm" mb={4}>
        {t("groups.worklist")}
      </Title>
      {KEYS.map(([act, combos]) => (
        <div key={act} className={classes.row}>
          <span>{t(`worklist.${act}`)}</span>
          <div className={classes.keys}>
            {combos.map((combo) => (
              <Kbd key={combo} size="xs" className={classes.fixed}>
                {written(combo)}
              </Kbd>
            ))}
          </div>
        </div>
      ))}
    </section>
  );
}
