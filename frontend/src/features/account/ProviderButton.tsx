import { Button, Divider, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { useGoToProvider, useProvider } from "@/api/provider";

interface ProviderButtonProps {
  /** The secret of an invitation by which somebody joins; else they sign in. */
  link?: string;
  from?: string;
}

/** The way in by single sign-on, where there is one. */
export function ProviderButton({ link, from }: ProviderButtonProps) {
  const { t } = useTranslation("account");
  const name = useProvider();
  const go = useGoToProvider();
  if (name === null) return null;
  return (
    <>
      <Divider
        label={
          <Text size="xs" c="var(--fs-quiet)">
            {t("or")}
          </Text>
        }
        my="md"
      />
      <Button variant="default" fullWidth loading={go.isPending} onClick={() => go.mutate({ link, from })}>
        {t(link === undefined ? "signInWith" : "joinWith", { name })}
      </Button>
      {go.error && (
        <Text size="sm" c="var(--fs-danger)" role="alert" mt="xs">
          {sentence(go.error)}
        </Text>
      )}
    </>
  );
}
