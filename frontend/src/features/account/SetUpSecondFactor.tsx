import { Button, Group, Image, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { useBeginSecondFactor, useConfirmSecondFactor } from "@/api/secondFactor";
import { CodeField } from "./CodeField";
import { RecoveryCodes } from "./RecoveryCodes";

/** Three steps: the password, the app's first code, the recovery codes. */
export function SetUpSecondFactor({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("account");
  const begin = useBeginSecondFactor();
  const confirm = useConfirmSecondFactor();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const problem = begin.data ? confirm.error : begin.error;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (begin.data) confirm.mutate(code);
    else begin.mutate(password);
  }

  if (confirm.data) return <RecoveryCodes codes={confirm.data.codes} onKept={onDone} />;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {begin.data ? (
          <>
            <Text size="sm">{t("scan")}</Text>
            <Image src={begin.data.qr} alt={t("qr")} w={200} h={200} mx="auto" />
            <TextInput
              label={t("key")}
              readOnly
              ff="monospace"
              value={begin.data.secret}
              onFocus={(event) => event.currentTarget.select()}
            />
            <CodeField description={t("codeOfApp")} value={code} onChange={setCode} />
          </>
        ) : (
          <PasswordInput
            label={t("password")}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ "aria-label": t("showPassword") }}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            data-autofocus
          />
        )}
        {problem && (
          <Text size="sm" c="var(--fs-danger)" role="alert">
            {sentence(problem)}
          </Text>
        )}
        <Group justify="flex-end">
          <Button
            type="submit"
            loading={begin.isPending || confirm.isPending}
            disabled={begin.data ? !code : !password}
          >
            {t(begin.data ? "turnOn" : "goOn")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
