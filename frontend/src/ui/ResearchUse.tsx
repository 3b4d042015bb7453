import { useTranslation } from "react-i18next";
import classes from "./ResearchUse.module.css";

/** The notice that stands at the foot of each page. */
export function ResearchUse() {
  const { t } = useTranslation();
  return <footer className={classes.strip}>{t("researchUse")}</footer>;
}
