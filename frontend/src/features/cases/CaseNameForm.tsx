import { Button, Group, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";

interface CaseNameFormProps {
  pseudonym?: string;
  action: string;
  busy: boolean;
  problem?: string;
  onName: (pseudonym: string) => void;
}

/** Ask for the pseudonym of a case. */
export function CaseNameForm({ pseudonym = "", action, busy, problem, onName }: CaseNameFormProps) {
  const { t } = useTranslation("cases");
  const [text, setText] = useState(pseudonym);

  function submit(event: FormEvent) {
    event.preventDefault();
    onName(text.trim());
  }

  return (
    <form onSubmit={submit}>
      <TextInput
        label={t("pseudonym")}
        description={t("pseudonymHelp")}
        data-autofocus
        maxLength={100}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        error={problem}
      />
      <Group justify="flex-end" mt="md">
        <Button type="submit" loading={busy} disabled={!text.trim()}>
          {action}
        </Button>
      </Group>
    </form>
  );
}
