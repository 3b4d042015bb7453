import { Button, Group, Kbd, Modal, Stack, Text } from "@mantine/core";
import { useLayoutEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Lesion } from "@/api/types";
import { comboOf } from "@/lib/keys/combo";
import { keysOf, useKeyHint, useMapping } from "@/lib/keys/mapping";
import { nameOf, REASONS, type Reason } from "./verdicts";

interface ReasonChooserProps {
  /** The lesion to reject; null while none is. */
  lesion: Lesion | null;
  onReject: (reason: Reason | null) => void;
  onClose: () => void;
}

/** Ask what a rejected lesion is instead; a digit answers, Enter or the key that asked rejects without saying. */
export function ReasonChooser({ lesion, onReject, onClose }: ReasonChooserProps) {
  const { t } = useTranslation("review");
  const key = useKeyHint("reject");
  useLayoutEffect(() => {
    if (!lesion) return;
    const answer = (event: KeyboardEvent) => {
      const reason = REASONS[Number(event.key) - 1];
      if (!reason && !keysOf(useMapping.getState()).reject.includes(comboOf(event) ?? "")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      onReject(reason ?? null);
    };
    // Before all others, and at once: whoever types fast presses the digit before the dialog has the focus.
    window.addEventListener("keydown", answer, true);
    return () => window.removeEventListener("keydown", answer, true);
  }, [lesion, onReject]);

  return (
    <Modal opened={lesion !== null} onClose={onClose} size="sm" title={lesion && t("rejectTitle", { name: nameOf(lesion) })} transitionProps={{ duration: 0 }}>
      <Stack gap={6}>
        <Text size="sm" c="var(--fs-quiet)">
          {t("whyRejected")}
        </Text>
        {REASONS.map((reason, index) => (
          <Button key={reason} variant="default" justify="flex-start" leftSection={<Kbd size="xs">{index + 1}</Kbd>} onClick={() => onReject(reason)}>
            {t(`reasons.${reason}`)}
          </Button>
        ))}
        <Group justify="flex-end" mt="xs">
          <Button variant="subtle" onClick={onClose}>
            {t("cancelReject")}
          </Button>
          <Button data-autofocus onClick={() => onReject(null)}>
            {t("rejectUnsaid", { key })}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
