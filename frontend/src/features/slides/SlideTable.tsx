import { Checkbox, Skeleton, Table, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Sort } from "@/api/worklist";
import type { Slide } from "@/api/types";
import { type Selection, shareChosen } from "./selection";
import classes from "./SlideTable.module.css";

export interface Sorting {
  sort: Sort;
  descending: boolean;
  onSort: (sort: Sort) => void;
}

interface SlideTableProps {
  /** The slides that the box at the top chooses. */
  slides: readonly Slide[];
  selection?: Selection;
  sorting?: Sorting;
  onToggle?: (slides: readonly Slide[]) => void;
  /** The rows; undefined while the first answer is awaited. */
  children: ReactNode | undefined;
}

/** The frame of the worklist: its columns, by which it can be sorted. */
export function SlideTable({ slides, selection, sorting, onToggle, children }: SlideTableProps) {
  const { t } = useTranslation("slides");
  const heading = (sort: Sort, name: string, className?: string) => (
    <Heading sort={sort} name={name} sorting={sorting} className={className} />
  );
  return (
    <Table className={classes.table} verticalSpacing={9} horizontalSpacing="sm" aria-label={t("slides")}>
      <Table.Thead>
        <Table.Tr>
          {selection && onToggle && (
            <Table.Th className={classes.choice}>
              <Choice
                label={t("chooseAll")}
                share={shareChosen(selection, slides)}
                disabled={slides.length === 0}
                onToggle={() => onToggle(slides)}
              />
            </Table.Th>
          )}
          <Table.Th className={classes.thumbnail}>
            <VisuallyHidden>{t("picture")}</VisuallyHidden>
          </Table.Th>
          {heading("name", t("slide"), classes.name)}
          {heading("status", t("status"), classes.standing)}
          {heading("score", t("focusScore"), classes.number)}
          <Table.Th className={classes.size}>{t("size")}</Table.Th>
          {heading("date", t("uploaded"), classes.uploaded)}
          <Table.Th className={classes.actions}>
            <VisuallyHidden>{t("actions")}</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>{children ?? <Awaited />}</Table.Tbody>
    </Table>
  );
}

interface HeadingProps {
  sort: Sort;
  name: string;
  sorting: Sorting | undefined;
  className: string | undefined;
}

function Heading({ sort, name, sorting, className }: HeadingProps) {
  if (!sorting) return <Table.Th className={className}>{name}</Table.Th>;
  const Arrow = sorting.descending ? IconArrowDown : IconArrowUp;
  const chosen = sorting.sort === sort;
  return (
    <Table.Th className={className} aria-sort={chosen ? (sorting.descending ? "descending" : "ascending") : undefined}>
      <UnstyledButton className={classes.sort} onClick={() => sorting.onSort(sort)}>
        {name}
        {chosen && <Arrow size={13} aria-hidden />}
      </UnstyledButton>
    </Table.Th>
  );
}

interface ChoiceProps {
  label: string;
  share: "all" | "some" | "none";
  disabled?: boolean;
  onToggle: () => void;
}

/** The box that chooses some slides. */
export function Choice({ label, share, disabled, onToggle }: ChoiceProps) {
  return (
    <Checkbox
      size="xs"
      aria-label={label}
      className={classes.box}
      disabled={disabled}
      checked={share === "all"}
      indeterminate={share === "some"}
      onChange={onToggle}
    />
  );
}

function Awaited() {
  return [1, 2, 3, 4].map((row) => (
    <Table.Tr key={row}>
      <Table.Td colSpan={8}>
        <Skeleton height={48} />
      </Table.Td>
    </Table.Tr>
  ));
}
