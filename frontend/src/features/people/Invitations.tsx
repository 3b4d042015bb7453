import { Box, Button, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { useInvitations, useWithdraw } from "@/api/people";
import { absolute } from "@/lib/time";
import { RowTable } from "@/ui/RowTable";

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
    <Box mt="md">
      <RowTable label={t("openInvitations")} columns={[t("for"), t("account:site"), t("by"), t("until")]} action={t("withdraw")}>
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
      </RowTable>
    </Box>
  );
}
