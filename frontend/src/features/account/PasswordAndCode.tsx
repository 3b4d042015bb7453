import { Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import type { PasswordAndCode as Said } from "@/api/secondFactor";
import { CodeField } from "./CodeField";

interface PasswordAndCodeProps {
  action: string;
  busy: boolean;
  problem: unknown;
  onSubmit: (said: Said) => void;
}

/** Both, again, before something that weakens the account. */
export function PasswordAndCode({ action, busy, problem, onSubmit }: PasswordAndCodeProps) {
  const { t } = useTranslation("account");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");

  function submit(event: FormEvent) {
    event.preventDefault();
    onSubmit({ password, code });
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <CodeField description={t("codeOrRecovery")} value={code} onChange={setCode} />
        <PasswordInput
          label={t("password")}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ "aria-label": t("showPassword") }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {problem != null && (
          <Text size="sm" c="var(--fs-danger)" role="alert">
            {sentence(problem)}
          </Text>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={busy} disabled={!password || !code}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
