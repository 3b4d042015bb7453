import { Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { inLanguage } from "@/lib/sentences";
import { Fold } from "@/ui/Fold";
import { Notice } from "@/ui/Notice";
import classes from "./Warnings.module.css";

/** What the reader should know before trusting the numbers: how many warnings, the first in short, on demand all. */
export function Warnings({ warnings }: { warnings: readonly string[] }) {
  const { t } = useTranslation("analysis");
  if (warnings.length === 0) return null;
  return (
    <div className={classes.warnings}>
      <Fold
        name="warnings"
        label={t("showWarnings")}
        summary={
          <Text size="xs" className={classes.short} truncate title={warnings.map(inLanguage).join("\n")}>
            <IconAlertTriangle size={15} aria-hidden />
            <b>{t("warnings", { count: warnings.length })}</b> {inLanguage(warnings[0]!)}
          </Text>
        }
      >
        <Notice tone="care">
          <ul className={classes.list}>
            {warnings.map((warning) => (
              <li key={warning}>{inLanguage(warning)}</li>
            ))}
          </ul>
        </Notice>
      </Fold>
    </div>
  );
}
