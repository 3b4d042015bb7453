import { Badge, Button, Table } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Person } from "@/api/types";
import { RowTable } from "@/ui/RowTable";
import { PersonDialog } from "./PersonDialog";

interface PeopleTableProps {
  people: Person[];
  /** Whether whoever looks may change them. */
  changeable: boolean;
}

/** Everybody who may sign in or was barred from it. */
export function PeopleTable({ people, changeable }: PeopleTableProps) {
  const { t } = useTranslation(["people", "account"]);
  const [changing, setChanging] = useState<string | null>(null);
  const chosen = people.find((one) => one.id === changing);
  return (
    <>
      <RowTable
        label={t("title")}
        columns={[t("account:name"), t("account:userName"), t("account:role"), t("account:site")]}
        action={changeable ? t("change") : undefined}
      >
        {people.map((one) => (
          <Table.Tr key={one.id}>
            <Table.Td>
              {one.display_name}{" "}
              {one.disabled_at && (
                <Badge color="gray" variant="light" tt="none" c="var(--mantine-color-text)">
                  {t("disabled")}
                </Badge>
              )}
            </Table.Td>
            <Table.Td>{one.username}</Table.Td>
            <Table.Td>{t(`account:roles.${one.role}`)}</Table.Td>
            <Table.Td>{one.site}</Table.Td>
            {changeable && (
              <Table.Td ta="right">
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={t("changeOf", { name: one.display_name })}
                  onClick={() => setChanging(one.id)}
                >
                  {t("change")}
                </Button>
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </RowTable>
      {chosen && <PersonDialog person={chosen} onClose={() => setChanging(null)} />}
    </>
  );
}
