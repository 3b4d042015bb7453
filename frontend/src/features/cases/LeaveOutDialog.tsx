import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useLeaveOut } from "@/api/cases";
import { sentence } from "@/api/errors";
import { LEFT_OUT } from "@/lib/leftOut";
import { Choice } from "@/ui/Choice";
import { Dialog } from "@/ui/Dialog";

interface LeaveOutDialogProps {
  caseId: string;
  slideId: string;
  name: string;
  onClose: () => void;
}

/** Ask why a slide does not count in the sum of its case. */
export function LeaveOutDialog({ caseId, slideId, name, onClose }: LeaveOutDialogProps) {
  const { t } = useTranslation("cases");
  const [chosen, setChosen] = useState<(typeof LEFT_OUT)[number] | "other" | null>(null);
  const [text, setText] = useState("");
  const leave = useLeaveOut(caseId);
  const reason = chosen === "other" ? text.trim() : chosen;
  function submit(event: FormEvent) {
    event.preventDefault();
    if (reason) leave.mutate({ slideId, reason }, { onSuccess: onClose });
  }
  return (
    <Dialog onClose={onClose} title={t("leaveOutTitle", { name })}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">{t("leaveOutMeaning")}</Text>
          <Choice
            label={t("leaveOutReason")}
            stacked
            options={[...LEFT_OUT, "other" as const].map((value) => ({ value, label: t(`leftOut.${value}`) }))}
            value={chosen}
            onChange={setChosen}
          />
          {chosen === "other" && (
            <TextInput
              label={t("leaveOutOther")}
              description={t("leaveOutOtherHelp")}
              maxLength={200}
              autoComplete="off"
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          )}
          {leave.error && (
            <Text size="sm" c="var(--fs-danger)" role="alert">
              {sentence(leave.error)}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" disabled={!reason} loading={leave.isPending}>
              {t("leaveOut")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
