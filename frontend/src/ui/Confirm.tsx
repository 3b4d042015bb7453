import { Button, Group, Modal, Text } from "@mantine/core";

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
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Text size="sm">{sentence}</Text>
      {problem && (
        <Text size="sm" c="var(--fs-danger)" mt="sm" role="alert">
          {problem}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep it
        </Button>
        <Button color="red" loading={busy} onClick={onConfirm}>
          {action}
        </Button>
      </Group>
    </Modal>
  );
}
