import { ActionIcon, Button, Group, Menu, Slider, Text } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp, IconChecks } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Lesion, Review } from "@/api/types";
import { useMay } from "@/api/session";
import { percent } from "@/lib/format";
import { useKeyHint } from "@/lib/keys/mapping";

interface QueueToolsProps {
  review: Review;
  /** The undecided lesions that are neither dimmed nor out of the list. */
  visible: readonly Lesion[];
  leastConfidence: number;
  onLeastConfidence: (confidence: number) => void;
  onAll: (verdict: "confirmed" | "rejected") => void;
  onUndo: () => void;
  onRedo: () => void;
}

/** Undo and redo, a verdict on all that is visible, and the confidence below which undecided lesions are dimmed. */
export function QueueTools({ review, visible, leastConfidence, onLeastConfidence, onAll, onUndo, onRedo }: QueueToolsProps) {
  const { t } = useTranslation(["review", "common"]);
  const closed = !useMay("read") || review.signed;
  const [undoKey, redoKey] = [useKeyHint("undo"), useKeyHint("redo")];
  return (
    <Group gap="xs" wrap="nowrap" mt={8}>
      <ActionIcon variant="default" aria-label={t("undoIt")} title={t("common:withKey", { label: stepLabel(review.undo, t("undoIt"), t), key: undoKey })} disabled={closed || !review.undo} onClick={onUndo}>
        <IconArrowBackUp size={16} />
      </ActionIcon>
      <ActionIcon variant="default" aria-label={t("redoIt")} title={t("common:withKey", { label: stepLabel(review.redo, t("redoIt"), t), key: redoKey })} disabled={closed || !review.redo} onClick={onRedo}>
        <IconArrowForwardUp size={16} />
      </ActionIcon>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button size="compact-sm" variant="default" leftSection={<IconChecks size={16} />} disabled={closed || visible.length === 0}>
            {t("allVisible", { count: visible.length })}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onAll("confirmed")}>{t("confirmAll", { count: visible.length })}</Menu.Item>
          <Menu.Item onClick={() => onAll("rejected")}>{t("rejectAll", { count: visible.length })}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Group gap={6} wrap="nowrap" flex={1} miw={0}>
        <Text size="xs" c="var(--fs-quiet)" className="numeric" style={{ whiteSpace: "nowrap" }}>
          {t("confidenceFrom", { confidence: percent(leastConfidence) })}
        </Text>
        <Slider
          flex={1}
          size="sm"
          min={0}
          max={100}
          step={5}
          label={null}
          value={Math.round(leastConfidence * 100)}
          onChange={(value) => onLeastConfidence(value / 100)}
          thumbLabel={t("dimBelow")}
          onKeyDown={(event) => event.key.startsWith("Arrow") && event.stopPropagation()}
        />
      </Group>
    </Group>
  );
}

type Translate = ReturnType<typeof useTranslation<["review", "common"]>>["t"];

function stepLabel(step: Review["undo"], label: string, t: Translate): string {
  if (!step) return label;
  return t("stepOf", { label, what: t(`steps.${step.kind as "verdict"}`, { count: step.lesions }) });
}
