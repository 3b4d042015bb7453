import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Dialog } from "./Dialog";

interface ConfirmProps {
  opened: boolean;
  title: string;
  sentence: string;
  action: string;
  busy?: boolean;
  problem?: string;
  onConfirm: () => void;
  onClose: () => void;
}

/** Ask before something that cannot be undone. */
export function Confirm({ opened, title, sentence, action, busy, problem, onConfirm, onClose }: ConfirmProps) {
  const { t } = useTranslation();
  if (!opened) return null;
  return (
    <Dialog onClose={onClose} title={title}>
      <Text size="sm">{sentence}</Text>
      {problem && (
        <Text size="sm" c="var(--fs-danger)" mt="sm" role="alert">
          {problem}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("keepIt")}
        </Button>
        <Button color="red" loading={busy} onClick={onConfirm}>
          {action}
        </Button>
      </Group>
    </Dialog>
  );
}
