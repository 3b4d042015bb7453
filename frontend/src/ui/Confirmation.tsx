import { Button, PasswordInput, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** How whoever is signed in can confirm that it is them. */
export interface Confirming {
  hasPassword: boolean;
  /** The single sign-on at which they have an account. */
  provider: string | null;
  /** They have just signed in there once more. */
  isProved: boolean;
  isLeaving: boolean;
  problem: string | null;
  leave: () => void;
}

interface ConfirmationProps {
  by: Confirming;
  description?: string;
  password: string;
  onChange: (password: string) => void;
}

/** Asks for the password, or for a confirmation by single sign-on. */
export function Confirmation({ by, description, password, onChange }: ConfirmationProps) {
  const { t } = useTranslation("account");
  const name = by.provider;
  if (by.isProved && name) return <Text size="sm">{t("confirmed", { name })}</Text>;
  return (
    <Stack gap="xs">
      {by.hasPassword && (
        <PasswordInput
          label={t("password")}
          description={description}
          visibilityToggleButtonProps={{ "aria-label": t("showPassword") }}
          autoComplete="current-password"
          data-autofocus
          value={password}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
      {name && (
        <>
          <Text size="sm" c="var(--fs-quiet)">
            {t("aboutConfirming", { name })}
          </Text>
          <Button variant="default" loading={by.isLeaving} onClick={by.leave} style={{ alignSelf: "start" }}>
            {t("confirmWith", { name })}
          </Button>
        </>
      )}
      {by.problem && (
        <Text size="sm" c="var(--fs-danger)" role="alert">
          {by.problem}
        </Text>
      )}
    </Stack>
  );
}
