import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { isSigned } from "@/api/analyses";
import type { Analysis } from "@/api/types";
import { fixed } from "@/lib/format";
import { ago } from "@/lib/time";

interface AnalysisPickerProps {
  analyses: readonly Analysis[];
  chosen: string;
  onChoose: (analysisId: string) => void;
}

/** Choose among the analyses of a slide, newest first. */
export function AnalysisPicker({ analyses, chosen, onChoose }: AnalysisPickerProps) {
  const { t } = useTranslation("analysis");
  const outcome = (one: Analysis) => {
    if (isSigned(one)) return t("outcomes.signed", { score: fixed(one.review!.focus_score, 2) });
    return t(`outcomes.${one.status}`, { score: fixed(one.focus_score, 2) });
  };
  const data = analyses.map((one, index) => ({
    value: one.id,
    label: t("inList", { number: analyses.length - index, time: ago(one.queued_at), outcome: outcome(one) }),
  }));
  return (
    <Select
      aria-label={t("which")}
      size="xs"
      data={data}
      value={chosen}
      allowDeselect={false}
      onChange={(id) => id && onChoose(id)}
    />
  );
}
