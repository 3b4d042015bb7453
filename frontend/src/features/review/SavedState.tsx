import { Group, Loader, Text } from "@mantine/core";
import { IconCheck, IconCloudOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useConnection } from "@/api/connection";
import { useUnsavedDecisions } from "@/api/reviews";
import { useWarningBeforeLeaving } from "@/lib/leaving";

/** Whether the verdicts on screen are on the server. */
export function SavedState() {
  const { t } = useTranslation("review");
  const unsaved = useUnsavedDecisions();
  const reachable = useConnection((connection) => connection.reachable);
  useWarningBeforeLeaving(unsaved > 0);
  return (
    <Group gap={5} role="status" wrap="nowrap">
      {unsaved === 0 ? <IconCheck size={15} /> : reachable ? <Loader size={12} /> : <IconCloudOff size={15} />}
      <Text size="xs" c={unsaved > 0 && !reachable ? "var(--fs-danger)" : "var(--fs-quiet)"}>
        {unsaved === 0 ? t("saved") : reachable ? t("saving") : t("notSaved", { count: unsaved })}
      </Text>
    </Group>
  );
}
