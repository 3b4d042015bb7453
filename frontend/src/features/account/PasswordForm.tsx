import { Button, PasswordInput, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useChangePassword } from "@/api/account";
import { sentence } from "@/api/errors";

/** The present password and a new one; says why they were refused. */
export function PasswordForm() {
  const { t } = useTranslation("account");
  const change = useChangePassword();
  const [password, setPassword] = useState("");
  const [next, setNext] = useState("");

  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate({ password, new_password: next }, { onSuccess: done });
  }

  function done() {
    setPassword("");
    setNext("");
    notifications.show({ message: t("passwordChanged") });
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={380}>
        <PasswordInput
          label={t("presentPassword")}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ "aria-label": t("showPassword") }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <PasswordInput
          label={t("newPassword")}
          description={t("goodPassword")}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": t("showPassword") }}
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
        />
        <Text size="xs" c="var(--fs-quiet)">
          {t("changingEnds")}
        </Text>
        {change.error && (
          <Text size="sm" c="var(--fs-danger)" role="alert">
            {sentence(change.error)}
          </Text>
        )}
        <Button type="submit" loading={change.isPending} disabled={!password || !next} style={{ alignSelf: "start" }}>
          {t("changePassword")}
        </Button>
      </Stack>
    </form>
  );
}
