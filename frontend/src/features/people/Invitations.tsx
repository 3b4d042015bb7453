import { Button, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { useInvitations, useWithdraw } from "@/api/people";
import { absolute } from "@/lib/time";

/** The links that nobody has used, and the way to make them useless. */
export function Invitations() {
  const { t } = useTranslation(["people", "account"]);
  const invitations = useInvitations();
  const withdraw = useWithdraw();
  const problem = invitations.error ?? withdraw.error;
  if (problem)
    return (
      <Text size="sm" c="var(--fs-danger)" role="alert">
        {sentence(problem)}
      </Text>
    );
  if (!invitations.data?.length) return null;
  return (
    <Table.ScrollContainer minWidth={560} mt="md">
      <Table aria-label={t("openInvitations")} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("for")}</Table.Th>
            <Table.Th>{t("account:site")}</Table.Th>
            <Table.Th>{t("by")}</Table.Th>
            <Table.Th>{t("until")}</Table.Th>
            <Table.Th aria-label={t("withdraw")} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {invitations.data.map((one) => {
            const what = one.username === null ? t(`account:roles.${one.role}`) : t("newPasswordOf", { name: one.username });
            return (
              <Table.Tr key={one.id}>
                <Table.Td>{what}</Table.Td>
                <Table.Td>{one.site}</Table.Td>
                <Table.Td>{one.invited_by}</Table.Td>
                <Table.Td>{absolute(one.expires_at)}</Table.Td>
                <Table.Td ta="right">
                  <Button size="compact-sm" variant="default" onClick={() => withdraw.mutate(one.id)}>
                    {t("withdraw")}
                  </Button>
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
