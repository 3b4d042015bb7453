import { Button, Group, Text, Textarea } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/ui/Dialog";

interface AmendDialogProps {
  version: number;
  onAmend: (reason: string) => void;
  onClose: () => void;
}

/** Ask why a signed review is opened again. */
export function AmendDialog({ version, onAmend, onClose }: AmendDialogProps) {
  const { t } = useTranslation("signing");
  const [reason, setReason] = useState("");
  function submit(event: FormEvent) {
    event.preventDefault();
    if (reason.trim()) onAmend(reason.trim());
  }
  return (
    <Dialog onClose={onClose} title={t("amendTitle")}>
      <form onSubmit={submit}>
        <Text size="sm" mb="sm">
          {t("amendMeaning", { version })}
        </Text>
        <Textarea
          label={t("reason")}
          autosize
          minRows={2}
          maxLength={4000}
          required
          withAsterisk={false}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" disabled={!reason.trim()}>
            {t("amend")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
