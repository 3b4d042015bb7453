import { ActionIcon, Button, Collapse, Group, Paper, Text } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { useRefreshSlides, useInspections } from "@/api/slides";
import { useWarningBeforeLeaving } from "@/lib/leaving";
import { dismiss, showWaiting } from "./queue";
import { isOver, isRenamed, isUnderWay, useUploads, type UploadItem } from "./store";
import classes from "./UploadPanel.module.css";
import { UploadRow } from "./UploadRow";

const CLEARED_AFTER_MS = 6000;

/** The uploads of this tab, in a corner of every page; folded, and off the queue of foci, where a slide is read. */
export function UploadPanel() {
  const { t } = useTranslation("slides");
  const { items, leftOut } = useUploads();
  const overSlide = /^\/(slides|compare)\//.test(useLocation().pathname);
  const [unfolded, setUnfolded] = useState<boolean | null>(null);
  const open = unfolded ?? !overSlide;
  useRefreshWhenDone(items);
  const underWay = items.some(isUnderWay);
  const done = items.filter(isOver).length;
  useWaitingUploads();
  useWarningBeforeLeaving(underWay);
  const { left, rejections } = useInspections(items.filter(isOver).map(({ id }) => id));
  useClearingUp(items, left === 0 && !items.some(({ id }) => rejections.has(id)));
  const clearable = items.length === 0 || items.some(isSettled);
  if (items.length === 0 && leftOut === 0) return null;
  return (
    <Paper component="section" aria-label={t("upload.uploads")} shadow="md" radius="md" withBorder className={classes.panel} data-over-slide={overSlide || undefined}>
      <Group gap="xs" px="md" py="xs" wrap="nowrap">
        <Text size="sm" fw={600} flex={1}>
          {t(underWay ? "upload.underWay" : "upload.over", { done, total: items.length })}
        </Text>
        {clearable && (
          <Button size="compact-xs" variant="subtle" onClick={clear}>
            {t("upload.clear")}
          </Button>
        )}
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t(open ? "upload.fold" : "upload.unfold")} aria-expanded={open} onClick={() => setUnfolded(!open)}>
          {open ? <IconChevronDown size={16} /> : <IconChevronUp size={16} />}
        </ActionIcon>
      </Group>
      <Collapse expanded={open}>
        <ul className={classes.list}>
          {items.map((item) => (
            <UploadRow key={item.id} item={item} rejection={rejections.get(item.id)} />
          ))}
        </ul>
        {leftOut > 0 && (
          <Text size="xs" c="var(--fs-quiet)" className={classes.row} role="status">
            {t("upload.leftOut", { count: leftOut })}
          </Text>
        )}
      </Collapse>
    </Paper>
  );
}

/** Take the list away a moment after all went well; what failed, was rejected, is paused or was given another name stays. */
function useClearingUp(items: readonly UploadItem[], accepted: boolean): void {
  useEffect(() => {
    if (!accepted || items.length === 0 || items.some((item) => item.state !== "done" || isRenamed(item))) return;
    const timer = setTimeout(() => items.forEach(({ id }) => dismiss(id)), CLEARED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [items, accepted]);
}

/** Take off the list what needs nothing more; what is under way, paused or waits for its file stays. */
function clear(): void {
  useUploads.getState().items.filter(isSettled).forEach(({ id }) => dismiss(id));
  useUploads.setState({ leftOut: 0 });
}

function isSettled({ state }: UploadItem): boolean {
  return state === "done" || state === "failed";
}

/** Show what an earlier visit left unfinished. */
function useWaitingUploads(): void {
  useEffect(() => void showWaiting(), []);
}

function useRefreshWhenDone(items: readonly UploadItem[]): void {
  const done = items.filter(isOver).length;
  const refresh = useRefreshSlides();
  useEffect(() => {
    if (done > 0) void refresh();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only a finished upload is news
  }, [done]);
}
