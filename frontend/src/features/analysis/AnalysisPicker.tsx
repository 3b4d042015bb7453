import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
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
  const outcome = ({ status, focus_score }: Analysis) => t(`outcomes.${status}`, { score: fixed(focus_score, 2) });
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
