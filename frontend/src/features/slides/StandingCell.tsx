import { Group, Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Slide } from "@/api/types";
import classes from "./StandingCell.module.css";
import { standingOf } from "./standing";

/** Where a slide stands: a dot, a word, and one sentence where there is something to say. */
export function StandingCell({ slide }: { slide: Slide }) {
  useTranslation(); // said anew when the language changes
  const { tone, label, detail, progress } = standingOf(slide);
  return (
    <div className={classes.cell}>
      <Group gap={8} wrap="nowrap">
        <span className={classes.dot} data-tone={tone} aria-hidden />
        <Text size="sm" className="numeric">
          {label}
        </Text>
      </Group>
      {progress !== undefined && <Progress value={100 * progress} size={3} mt={5} ml={16} aria-label={label} />}
      {detail && (
        <Text size="xs" c={tone === "bad" ? "var(--fs-danger)" : "var(--fs-quiet)"} ml={16} lineClamp={3} title={detail}>
          {detail}
        </Text>
      )}
    </div>
  );
}
