import { ActionIcon, Button, Collapse, Group, Paper, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useRefreshSlides } from "@/api/slides";
import { useWarningBeforeLeaving } from "@/lib/leaving";
import { dismiss } from "./queue";
import { isUnderWay, useUploads, type UploadItem } from "./store";
import classes from "./UploadPanel.module.css";
import { UploadRow } from "./UploadRow";

const CLEARED_AFTER_MS = 6000;

/** The uploads of this tab, in a corner of every page, so that they go on while one works elsewhere. */
export function UploadPanel() {
  const { t } = useTranslation("slides");
  const items = useUploads((uploads) => uploads.items);
  const [open, { toggle }] = useDisclosure(true);
  useRefreshWhenDone(items);
  const underWay = items.some(isUnderWay);
  const done = items.filter(({ state }) => state === "done").length;
  useWarningBeforeLeaving(underWay);
  useClearingUp(items);
  if (items.length === 0) return null;
  return (
    <Paper component="section" aria-label={t("upload.uploads")} shadow="md" radius="md" withBorder className={classes.panel}>
      <Group gap="xs" px="md" py="xs" wrap="nowrap">
        <Text size="sm" fw={600} flex={1}>
          {t(underWay ? "upload.underWay" : "upload.over", { done, total: items.length })}
        </Text>
        {!underWay && (
          <Button size="compact-xs" variant="subtle" onClick={() => items.forEach(({ id }) => dismiss(id))}>
            {t("upload.clear")}
          </Button>
        )}
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t(open ? "upload.fold" : "upload.unfold")} aria-expanded={open} onClick={toggle}>
          {open ? <IconChevronDown size={16} /> : <IconChevronUp size={16} />}
        </ActionIcon>
      </Group>
      <Collapse expanded={open}>
        <ul className={classes.list}>
          {items.map((item) => (
            <UploadRow key={item.id} item={item} />
          ))}
        </ul>
      </Collapse>
    </Paper>
  );
}

/** Take the list away a moment after all went well; what failed or is paused stays. */
function useClearingUp(items: readonly UploadItem[]): void {
  useEffect(() => {
    if (items.length === 0 || items.some(({ state }) => state !== "done")) return;
    const timer = setTimeout(() => items.forEach(({ id }) => dismiss(id)), CLEARED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [items]);
}

function useRefreshWhenDone(items: readonly UploadItem[]): void {
  const done = items.filter(({ state }) => state === "done").length;
  const refresh = useRefreshSlides();
  useEffect(() => {
    if (done > 0) void refresh();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only a finished upload is news
  }, [done]);
}
