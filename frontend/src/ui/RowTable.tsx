import { Table } from "@mantine/core";
import type { ReactNode } from "react";

interface RowTableProps {
  /** What a screen reader calls it. */
  label: string;
  columns: readonly string[];
  /** What the last column does to a row, which needs no heading; none where nothing can be done. */
  action?: string;
  minWidth?: number;
  children: ReactNode;
}

/** A plain table of rows with something to do at the end of each. */
export function RowTable({ label, columns, action, minWidth = 560, children }: RowTableProps) {
  return (
    <Table.ScrollContainer minWidth={minWidth}>
      <Table aria-label={label} fz="sm">
        <Table.Thead>
          <Table.Tr>
            {columns.map((name) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
            {action && <Table.Th aria-label={action} />}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
