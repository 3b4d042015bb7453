import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import type { Analysis } from "@/api/types";
import { BlindForm } from "@/features/blind/BlindForm";
import { Notice } from "@/ui/Notice";
import classes from "./Panel.module.css";

/** Stands in place of a review whose proposals this reader has not been shown yet. */
export function BlindPanel({ analysis }: { analysis: Analysis }) {
  const { t } = useTranslation("blind");
  const reads = useMay("read");
  return (
    <div className={classes.scroll}>
      {reads ? (
        <BlindForm key={analysis.id} analysis={analysis} />
      ) : (
        <Notice tone="info" title={t("withheld")}>
          {t("shownOnceSigned")}
        </Notice>
      )}
    </div>
  );
}
