import { Button, Checkbox, CopyButton, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { useConfirming } from "@/api/provider";
import { SCOPES, useMakeToken, type Scope } from "@/api/tokens";
import { Confirmation } from "@/ui/Confirmation";

const MEANING = {
  "slides:read": "slidesRead",
  "slides:write": "slidesWrite",
  "reviews:read": "reviewsRead",
  "reports:read": "reportsRead",
} as const satisfies Record<Scope, string>;
const DAYS = ["7", "30", "90", "365"] as const;

/** Ask what a token is for, then show it, this once. */
export function MakeToken({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("account");
  const make = useMakeToken();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>(["slides:read"]);
  const [days, setDays] = useState<string>("90");
  const [password, setPassword] = useState("");
  const confirming = useConfirming();

  function submit(event: FormEvent) {
    event.preventDefault();
    make.mutate({ name, scopes, days: Number(days), password: password || undefined });
  }

  if (make.data) {
    const { token } = make.data;
    return (
      <Stack gap="sm">
        <Text size="sm">{t("tokenShownOnce")}</Text>
        <Group align="end" wrap="nowrap">
          <TextInput label={t("token")} readOnly value={token} flex={1} onFocus={(event) => event.currentTarget.select()} />
          <CopyButton value={token}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {t(copied ? "codesCopied" : "copyCodes")}
              </Button>
            )}
          </CopyButton>
        </Group>
        <Group justify="flex-end">
          <Button onClick={onDone}>{t("tokenKept")}</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t("tokenName")}
          description={t("tokenNameHelp")}
          maxLength={100}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Checkbox.Group label={t("scopesOf")} value={scopes} onChange={(chosen) => setScopes(chosen as Scope[])}>
          <Stack gap={6} mt={6}>
            {SCOPES.map((scope) => (
              <Checkbox key={scope} value={scope} label={scope} description={t(`scopes.${MEANING[scope]}`)} />
            ))}
          </Stack>
        </Checkbox.Group>
        <Select
          label={t("goodFor")}
          data={DAYS.map((count) => ({ value: count, label: t("days", { count: Number(count) }) }))}
          value={days}
          allowDeselect={false}
          onChange={(chosen) => setDays(chosen ?? "90")}
        />
        <Confirmation by={confirming} password={password} onChange={setPassword} />
        {make.error && (
          <Text size="sm" c="var(--fs-danger)" role="alert">
            {sentence(make.error)}
          </Text>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={make.isPending} disabled={!name.trim() || !(password || confirming.isProved) || scopes.length === 0}>
            {t("makeTokenTitle")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
