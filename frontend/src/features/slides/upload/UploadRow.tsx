import { ActionIcon, Group, Progress, Text } from "@mantine/core";
import { IconCheck, IconPlayerPause, IconPlayerPlay, IconRefresh, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { bytes, percent } from "@/lib/format";
import { i18n } from "@/lib/i18n";
import { dismiss, pause, resume } from "./queue";
import type { UploadItem } from "./store";
import classes from "./UploadPanel.module.css";

/** One file on its way: how far, how fast, and what can be done about it. */
export function UploadRow({ item }: { item: UploadItem }) {
  const { t } = useTranslation("slides");
  const fraction = item.sent / Math.max(1, item.size);
  return (
    <li className={classes.row}>
      <Group gap={4} wrap="nowrap">
        {item.state === "done" && <IconCheck size={16} className={classes.done} aria-hidden />}
        <Text size="sm" fw={500} truncate flex={1} title={item.name}>
          {item.name}
        </Text>
        <Controls item={item} />
      </Group>
      {item.state !== "failed" && item.state !== "done" && (
        <Progress
          value={100 * fraction}
          size={4}
          mt={4}
          color={item.state === "sending" ? undefined : "gray"}
          aria-label={t("upload.of", { name: item.name })}
        />
      )}
      <Text size="xs" mt={4} c={item.state === "failed" ? "var(--fs-danger)" : "var(--fs-quiet)"} className="numeric" role="status">
        {described(item, fraction)}
      </Text>
    </li>
  );
}

function described(item: UploadItem, fraction: number): string {
  const [size, progress] = [bytes(item.size), percent(fraction)];
  if (item.sentence) return item.sentence;
  if (item.state === "done") return i18n.t("slides:upload.done", { size });
  if (item.state === "queued") return i18n.t("slides:upload.queued", { size });
  if (item.state === "paused") return i18n.t("slides:upload.paused", { progress });
  return [
    i18n.t("slides:upload.sent", { sent: bytes(item.sent), size, progress }),
    item.speed !== null && `${bytes(Math.max(0, Math.round(item.speed)))}/s`,
    item.resumedAt !== null && i18n.t("slides:upload.resuming", { progress: percent(item.resumedAt) }),
  ]
    .filter(Boolean)
    .join(" · ");
}

function Controls({ item }: { item: UploadItem }) {
  const { t } = useTranslation("slides");
  const { id, name, state } = item;
  return (
    <Group gap={2} wrap="nowrap">
      {(state === "sending" || state === "waiting" || state === "queued") && (
        <Control label={t("upload.pause", { name })} icon={<IconPlayerPause size={16} />} onClick={() => pause(id)} />
      )}
      {state === "paused" && (
        <Control label={t("upload.resume", { name })} icon={<IconPlayerPlay size={16} />} onClick={() => resume(id)} />
      )}
      {state === "failed" && item.size > 0 && (
        <Control label={t("upload.retry", { name })} icon={<IconRefresh size={16} />} onClick={() => resume(id)} />
      )}
      <Control
        label={t(state === "done" || state === "failed" ? "upload.dismiss" : "upload.giveUp", { name })}
        icon={<IconX size={16} />}
        onClick={() => dismiss(id)}
      />
    </Group>
  );
}

function Control({ label, icon, onClick }: { label: string; icon: React.ReactNode; onClick: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} title={label} onClick={onClick}>
      {icon}
    </ActionIcon>
  );
}
