import { Button, Group, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Analysis } from "@/api/types";
import { otherWorthKnowing } from "./other";

interface OtherAnalysisProps {
  /** The analyses of a slide, newest first. */
  analyses: readonly Analysis[];
  shown: Analysis;
  onChoose: (analysisId: string) => void;
}

/** That there is a newer analysis than the one on show, or a signed one beside it. */
export function OtherAnalysis({ analyses, shown, onChoose }: OtherAnalysisProps) {
  const { t } = useTranslation("analysis");
  const other = otherWorthKnowing(analyses, shown);
  if (!other) return null;
  return (
    <Group role="note" gap={6} wrap="nowrap" mt={6} align="center">
      <IconInfoCircle size={16} aria-hidden style={{ flex: "none" }} />
      <Text size="xs" flex={1}>
        {t(`others.${other.kind}`)}
      </Text>
      <Button size="compact-xs" variant="default" onClick={() => onChoose(other.analysis.id)}>
        {t("showIt")}
      </Button>
    </Group>
  );
}
