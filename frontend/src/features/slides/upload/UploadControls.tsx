import { ActionIcon, Group } from "@mantine/core";
import { IconFileUpload, IconPlayerPause, IconPlayerPlay, IconRefresh, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Confirm } from "@/ui/Confirm";
import { askForFiles } from "./chosen";
import { addFiles, canRetry, dismiss, pause, resume, retry } from "./queue";
import { isOver, type UploadItem } from "./store";

/** What can be done about an upload. What has come of it is not thrown away by a slip. */
export function UploadControls({ item }: { item: UploadItem }) {
  const { t } = useTranslation("slides");
  const [asking, setAsking] = useState(false);
  const { id, name, state } = item;
  const over = isOver(item) || state === "failed";
  const isLoss = !over && item.sent > 0;
  return (
    <Group gap={2} wrap="nowrap">
      {(state === "sending" || state === "waiting" || state === "queued") && (
        <Control label={t("upload.pause", { name })} icon={<IconPlayerPause size={16} />} onClick={() => pause(id)} />
      )}
      {state === "paused" && (
        <Control label={t("upload.resume", { name })} icon={<IconPlayerPlay size={16} />} onClick={() => resume(id)} />
      )}
      {state === "absent" && (
        <Control
          label={t("upload.chooseAgain", { name })}
          icon={<IconFileUpload size={16} />}
          onClick={() => askForFiles({ folder: item.files > 1 }, (chosen) => void addFiles(chosen))}
        />
      )}
      {canRetry(item) && (
        <Control label={t("upload.retry", { name })} icon={<IconRefresh size={16} />} onClick={() => retry(id)} />
      )}
      <Control
        label={t(over ? "upload.dismiss" : "upload.giveUp", { name })}
        icon={<IconX size={16} />}
        onClick={() => (isLoss ? setAsking(true) : dismiss(id))}
      />
      <Confirm
        opened={asking}
        title={t("upload.giveUpTitle")}
        sentence={t("upload.giveUpSentence", { name })}
        action={t("upload.giveUpAction")}
        onConfirm={() => dismiss(id)}
        onClose={() => setAsking(false)}
      />
    </Group>
  );
}

function Control({ label, icon, onClick }: { label: string; icon: React.ReactNode; onClick: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" size={28} aria-label={label} title={label} onClick={onClick}>
      {icon}
    </ActionIcon>
  );
}
