import { Group, Loader, Progress, Stack, Text } from "@mantine/core";
import { IconCheck, IconCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Analysis } from "@/api/types";
import { percent, seconds } from "@/lib/format";
import { STAGES, stageLabel, type StageName } from "@/lib/stages";
import { CancelButton } from "./CancelButton";
import classes from "./StageProgress.module.css";

/** A running analysis, stage by stage. */
export function StageProgress({ analysis }: { analysis: Analysis }) {
  const { t } = useTranslation("analysis");
  const queued = analysis.status === "queued";
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text fw={600}>{t(queued ? "waiting" : "analysing")}</Text>
        <Text className="numeric" fw={600} aria-live="polite">
          {percent(analysis.progress)}
        </Text>
      </Group>
      <Progress value={100 * analysis.progress} size="sm" aria-label={t("analysis")} />
      <ol className={classes.stages}>
        {STAGES.map((stage) => (
          <Stage key={stage} stage={stage} analysis={analysis} />
        ))}
      </ol>
      <Text size="xs" c="var(--fs-quiet)">
        {t("canLeave")}
      </Text>
      <CancelButton analysis={analysis} />
    </Stack>
  );
}

function Stage({ stage, analysis }: { stage: StageName; analysis: Analysis }) {
  const record = analysis.stages.find((one) => one.stage === stage);
  const fraction = record?.fraction ?? 0;
  const done = fraction >= 1;
  const current = !done && analysis.stage === stage;
  return (
    <li className={classes.stage} data-current={current || undefined} aria-current={current ? "step" : undefined}>
      <span className={classes.mark}>
        {done ? <IconCheck size={16} /> : current ? <Loader size={14} /> : <IconCircle size={14} opacity={0.4} />}
      </span>
      <span>{stageLabel(stage)}</span>
      <span className="numeric">
        {done && record?.seconds != null ? seconds(record.seconds) : current ? percent(fraction) : ""}
      </span>
    </li>
  );
}
