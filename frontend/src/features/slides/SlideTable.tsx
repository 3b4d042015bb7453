import { Skeleton, Table } from "@mantine/core";
import type { ReactNode } from "react";
import type { Slide } from "@/api/types";
import { SlideRow } from "./SlideRow";
import classes from "./SlideTable.module.css";

interface SlideTableProps {
  /** Undefined while the first answer is awaited. */
  slides: readonly Slide[] | undefined;
  actionsOf: (slide: Slide) => ReactNode;
}

/** The worklist. */
export function SlideTable({ slides, actionsOf }: SlideTableProps) {
  return (
    <Table className={classes.table} verticalSpacing={9} horizontalSpacing="md" aria-label="Slides">
      <Table.Thead>
        <Table.Tr>
          <Table.Th className={classes.thumbnail} aria-label="Picture" />
          <Table.Th className={classes.name}>Slide</Table.Th>
          <Table.Th className={classes.standing}>Status</Table.Th>
          <Table.Th className={classes.number}>Focus score</Table.Th>
          <Table.Th className={classes.size}>Size</Table.Th>
          <Table.Th className={classes.uploaded}>Uploaded</Table.Th>
          <Table.Th className={classes.actions} aria-label="Actions" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {slides ? slides.map((one) => <SlideRow key={one.id} slide={one} actions={actionsOf(one)} />) : <Awaited />}
      </Table.Tbody>
    </Table>
  );
}

function Awaited() {
  return [1, 2, 3, 4].map((row) => (
    <Table.Tr key={row}>
      <Table.Td colSpan={7}>
        <Skeleton height={48} />
      </Table.Td>
    </Table.Tr>
  ));
}
