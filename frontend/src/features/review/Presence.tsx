import { Text } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { usePresent } from "@/api/review/presence";
import classes from "./Presence.module.css";

/** Who else has the review open. */
export function Presence({ analysisId }: { analysisId: string }) {
  const { t } = useTranslation("review");
  const others = usePresent(analysisId).data ?? [];
  if (others.length === 0) return null;
  return (
    <Text size="xs" className={classes.strip} role="status">
      <IconUsers size={14} aria-hidden /> {t("present", { count: others.length, names: others.map(({ name }) => name).join(", ") })}
    </Text>
  );
}
