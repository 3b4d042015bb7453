import { Button, Loader, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { useRevokeToken, useTokens } from "@/api/tokens";
import { absolute } from "@/lib/time";
import { Dialog } from "@/ui/Dialog";
import { Time } from "@/ui/Time";
import { MakeToken } from "./MakeToken";

/** The user's API tokens, and the way to make and to revoke one. */
export function ApiTokens() {
  const { t } = useTranslation("account");
  const tokens = useTokens();
  const revoke = useRevokeToken();
  const [making, setMaking] = useState(false);
  const problem = tokens.error ?? revoke.error;
  return (
    <>
      {problem && (
        <Text size="sm" c="var(--fs-danger)" role="alert">
          {sentence(problem)}
        </Text>
      )}
      {tokens.isPending && <Loader size="sm" aria-label={t("tokens")} />}
      {tokens.data && tokens.data.length > 0 && (
        <Table.ScrollContainer minWidth={480}>
          <Table aria-label={t("tokens")} fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("tokenName")}</Table.Th>
                <Table.Th>{t("scopesOf")}</Table.Th>
                <Table.Th>{t("lastUsed")}</Table.Th>
                <Table.Th>{t("goodUntil")}</Table.Th>
                <Table.Th aria-label={t("revoke")} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {tokens.data.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>{one.name}</Table.Td>
                  <Table.Td>{one.scopes.join(", ")}</Table.Td>
                  <Table.Td>{one.last_used_at ? <Time at={one.last_used_at} /> : t("neverUsed")}</Table.Td>
                  <Table.Td>{absolute(one.expires_at)}</Table.Td>
                  <Table.Td ta="right">
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={t("revokeOf", { name: one.name })}
                      onClick={() => revoke.mutate(one.id)}
                    >
                      {t("revoke")}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <Button size="xs" variant="default" mt="sm" onClick={() => setMaking(true)}>
        {t("makeToken")}
      </Button>
      {making && (
        <Dialog onClose={() => setMaking(false)} title={t("makeTokenTitle")} closeOnClickOutside={false}>
          <MakeToken onDone={() => setMaking(false)} />
        </Dialog>
      )}
    </>
  );
}
