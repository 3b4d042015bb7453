import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { sentence, statusOf } from "@/api/errors";
import { useSignIn } from "@/api/session";
import { CodeField } from "./CodeField";

interface SignInFormProps {
  /** Who signs in, where that is settled. */
  username?: string;
  onSignedIn: () => void;
}

/** User name and password, then a code for who has a second factor; says why they were refused. */
export function SignInForm({ username, onSignedIn }: SignInFormProps) {
  const { t } = useTranslation("account");
  const signIn = useSignIn();
  const [name, setName] = useState(username ?? "");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState<string | null>(null);
  const asksForCode = code !== null;

  function submit(event: FormEvent) {
    event.preventDefault();
    signIn.mutate(
      { username: name.trim(), password, code: code ?? undefined },
      { onSuccess: (answer) => ("user" in answer ? onSignedIn() : setCode("")) },
    );
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
          readOnly={username !== undefined || asksForCode}
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
          readOnly={asksForCode}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          data-autofocus={username !== undefined || undefined}
        />
        {asksForCode && <CodeField description={t("codeOrRecovery")} value={code} onChange={setCode} />}
        {signIn.error && (
          <Text size="sm" c="var(--fs-danger)" role="alert">
            {statusOf(signIn.error) === 401 ? t("refused") : sentence(signIn.error)}
          </Text>
        )}
        <Button type="submit" loading={signIn.isPending} disabled={!name.trim() || !password || code === ""}>
          {t("signIn")}
        </Button>
      </Stack>
    </form>
  );
}
