import { Button, CopyButton, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface RecoveryCodesProps {
  codes: readonly string[];
  onKept: () => void;
}

/** What lets one in without the app, shown this once. */
export function RecoveryCodes({ codes, onKept }: RecoveryCodesProps) {
  const { t } = useTranslation("account");
  return (
    <Stack gap="sm">
      <Text size="sm">{t("keepCodes")}</Text>
      <SimpleGrid component="ul" cols={{ base: 1, xs: 2 }} spacing="xs" m={0} p={0} aria-label={t("recoveryCodes")} style={{ listStyle: "none" }}>
        {codes.map((code) => (
          <Text component="li" key={code} ff="monospace" size="sm">
            {code}
          </Text>
        ))}
      </SimpleGrid>
      <Group justify="flex-end">
        <CopyButton value={codes.join("\n")}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {t(copied ? "codesCopied" : "copyCodes")}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onKept}>{t("codesKept")}</Button>
      </Group>
    </Stack>
  );
}
