import { Select } from "@mantine/core";
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
  const data = analyses.map((one, index) => ({
    value: one.id,
    label: `Analysis ${analyses.length - index}, ${ago(one.queued_at)}: ${outcome(one)}`,
  }));
  return (
    <Select
      aria-label="Which analysis"
      size="xs"
      data={data}
      value={chosen}
      allowDeselect={false}
      onChange={(id) => id && onChoose(id)}
    />
  );
}

function outcome({ status, focus_score }: Analysis): string {
  return status === "succeeded" ? `focus score ${fixed(focus_score, 2)}` : status;
}
