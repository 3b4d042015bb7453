import { useTranslation } from "react-i18next";
import type { Analysis } from "@/api/types";
import { inLanguage } from "@/lib/sentences";
import { Notice } from "@/ui/Notice";

/** How an analysis ended that found nothing to show: it failed, or it was cancelled. */
export function Outcome({ analysis }: { analysis: Analysis }) {
  const { t } = useTranslation("analysis");
  if (analysis.status === "failed") {
    return (
      <Notice tone="wrong" title={t("failed")}>
        {inLanguage(analysis.failure ?? "")}
      </Notice>
    );
  }
  return (
    <Notice tone="info" title={t("cancelled")}>
      {t("nothingRecorded")}
    </Notice>
  );
}
