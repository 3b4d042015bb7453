import { Skeleton, Table } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
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
  const { t } = useTranslation("slides");
  return (
    <Table className={classes.table} verticalSpacing={9} horizontalSpacing="md" aria-label={t("slides")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th className={classes.thumbnail} aria-label={t("picture")} />
          <Table.Th className={classes.name}>{t("slide")}</Table.Th>
          <Table.Th className={classes.standing}>{t("status")}</Table.Th>
          <Table.Th className={classes.number}>{t("focusScore")}</Table.Th>
          <Table.Th className={classes.size}>{t("size")}</Table.Th>
          <Table.Th className={classes.uploaded}>{t("uploaded")}</Table.Th>
          <Table.Th className={classes.actions} aria-label={t("actions")} />
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
