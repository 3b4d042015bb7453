import { ActionIcon, Group, Progress, Text } from "@mantine/core";
import { IconCheck, IconPlayerPause, IconPlayerPlay, IconRefresh, IconX } from "@tabler/icons-react";
import { bytes, percent } from "@/lib/format";
import { dismiss, pause, resume } from "./queue";
import type { UploadItem } from "./store";
import classes from "./UploadPanel.module.css";

/** One file on its way: how far, how fast, and what can be done about it. */
export function UploadRow({ item }: { item: UploadItem }) {
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
          aria-label={`Upload of ${item.name}`}
        />
      )}
      <Text size="xs" mt={4} c={item.state === "failed" ? "var(--fs-danger)" : "var(--fs-quiet)"} className="numeric" role="status">
        {described(item, fraction)}
      </Text>
    </li>
  );
}

function described(item: UploadItem, fraction: number): string {
  if (item.sentence) return item.sentence;
  if (item.state === "done") return `${bytes(item.size)} uploaded`;
  if (item.state === "queued") return `${bytes(item.size)}, waiting for its turn`;
  const sofar = `${bytes(item.sent)} of ${bytes(item.size)} · ${percent(fraction)}`;
  if (item.state === "paused") return `Paused at ${percent(fraction)}`;
  const resuming = item.resumedAt !== null ? `, resuming at ${percent(item.resumedAt)}` : "";
  return sofar + (item.speed !== null ? ` · ${bytes(Math.max(0, Math.round(item.speed)))}/s` : "") + resuming;
}

function Controls({ item }: { item: UploadItem }) {
  const { id, name, state } = item;
  return (
    <Group gap={2} wrap="nowrap">
      {(state === "sending" || state === "waiting" || state === "queued") && (
        <Control label={`Pause ${name}`} icon={<IconPlayerPause size={16} />} onClick={() => pause(id)} />
      )}
      {state === "paused" && (
        <Control label={`Resume ${name}`} icon={<IconPlayerPlay size={16} />} onClick={() => resume(id)} />
      )}
      {state === "failed" && item.size > 0 && (
        <Control label={`Retry ${name}`} icon={<IconRefresh size={16} />} onClick={() => resume(id)} />
      )}
      <Control
        label={state === "done" || state === "failed" ? `Dismiss ${name}` : `Give up ${name}`}
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
