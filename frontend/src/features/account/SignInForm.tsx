import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { useSignIn } from "@/api/session";

interface SignInFormProps {
  /** Who signs in, where that is settled. */
  username?: string;
  onSignedIn: () => void;
}

/** User name and password; says why they were refused. */
export function SignInForm({ username, onSignedIn }: SignInFormProps) {
  const { t } = useTranslation("account");
  const signIn = useSignIn();
  const [name, setName] = useState(username ?? "");
  const [password, setPassword] = useState("");

  function submit(event: FormEvent) {
    event.preventDefault();
    signIn.mutate({ username: name.trim(), password }, { onSuccess: onSignedIn });
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={t("userName")}
          name="username"
          autoComplete="username"
          required
          withAsterisk={false}
          readOnly={username !== undefined}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus={username === undefined || undefined}
          autoFocus={username === undefined}
        />
        <PasswordInput
          label={t("password")}
          name="password"
          visibilityToggleButtonProps={{ "aria-label": t("showPassword") }}
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          data-autofocus={username !== undefined || undefined}
        />
        {signIn.error && (
          <Text size="sm" c="var(--fs-danger)" role="alert">
            {sentence(signIn.error)}
          </Text>
        )}
        <Button type="submit" loading={signIn.isPending} disabled={!name.trim() || !password}>
          {t("signIn")}
        </Button>
      </Stack>
    </form>
  );
}
