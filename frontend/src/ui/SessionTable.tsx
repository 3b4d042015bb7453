import { Badge, Button, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { absolute } from "@/lib/time";
import { RowTable } from "./RowTable";
import { Time } from "./Time";

interface SessionTableProps {
  sessions: readonly {
    id: string;
    /** Which one, or "" where it did not say. */
    browser: string;
    created_at: string;
    last_used_at: string;
    is_this_one: boolean;
  }[];
  onEnd: (sessionId: string) => void;
}

/** Each browser in which somebody is signed in. */
export function SessionTable({ sessions, onEnd }: SessionTableProps) {
  const { t } = useTranslation("account");
  return (
    <RowTable label={t("sessions")} columns={[t("browser"), t("signedInAt"), t("lastUsed")]} action={t("endSession")} minWidth={480}>
      {sessions.map((one) => (
        <Table.Tr key={one.id}>
          <Table.Td>{one.browser || t("unknownBrowser")}</Table.Td>
          <Table.Td>{absolute(one.created_at)}</Table.Td>
          <Table.Td>
            <Time at={one.last_used_at} />
          </Table.Td>
          <Table.Td ta="right">
            {one.is_this_one ? (
              <Badge variant="light" tt="none">
                {t("thisBrowser")}
              </Badge>
            ) : (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={t("endSessionOf", { browser: one.browser || t("unknownBrowser") })}
                onClick={() => onEnd(one.id)}
              >
                {t("endSession")}
              </Button>
            )}
          </Table.Td>
        </Table.Tr>
      ))}
    </RowTable>
  );
}
