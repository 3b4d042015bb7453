import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { useAcceptLink } from "@/api/people";
import type { OpenedLink } from "@/api/types";

interface JoinFormProps {
  token: string;
  link: OpenedLink;
  onDone: () => void;
}

/** What somebody with a link types: names and a password, or a new password alone. */
export function JoinForm({ token, link, onDone }: JoinFormProps) {
  const { t } = useTranslation("account");
  const accept = useAcceptLink();
  const [username, setUsername] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const { username: known } = link;
  const joins = known === null;

  function submit(event: FormEvent) {
    event.preventDefault();
    accept.mutate({ token, username, display_name: name, password }, { onSuccess: onDone });
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">
          {known === null ? t("joining", { site: link.site, role: t(`roles.${link.role}`) }) : t("newPasswordFor", { username: known })}
        </Text>
        {joins && (
          <>
            <TextInput
              label={t("userName")}
              autoComplete="username"
              required
              withAsterisk={false}
              value={username}
              onChange={(event) => setUsername(event.currentTarget.value)}
            />
            <TextInput
              label={t("name")}
              autoComplete="name"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          </>
        )}
        <PasswordInput
          label={t("newPassword")}
          description={t("goodPassword")}
          autoComplete="new-password"
          required
          withAsterisk={false}
          visibilityToggleButtonProps={{ "aria-label": t("showPassword") }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {accept.error && (
          <Text size="sm" c="var(--fs-danger)" role="alert">
            {sentence(accept.error)}
          </Text>
        )}
        <Button type="submit" loading={accept.isPending} disabled={!password || (joins && !username.trim())}>
          {t(joins ? "join" : "changePassword")}
        </Button>
      </Stack>
    </form>
  );
}
