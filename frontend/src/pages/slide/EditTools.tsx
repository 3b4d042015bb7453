import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { EditBar } from "@/features/viewer/EditBar";
import { NO_EDITS, useEditedShapes } from "./editedShapes";
import classes from "./Panel.module.css";

/** The drawing tools, and that what they made is not saved. */
export function EditTools({ analysisId }: { analysisId: string }) {
  const { t } = useTranslation("tools");
  const changes = useEditedShapes((edits) => (edits.analysisId === analysisId ? edits.changes : 0));
  return (
    <>
      <EditBar />
      {changes > 0 && (
        <Group className={classes.progress} justify="space-between" wrap="nowrap">
          <Text size="xs" role="status">
            {t("edited", { count: changes })}
          </Text>
          <Button size="compact-xs" variant="default" onClick={() => useEditedShapes.setState(NO_EDITS)}>
            {t("discard")}
          </Button>
        </Group>
      )}
    </>
  );
}
