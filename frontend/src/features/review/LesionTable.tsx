import { Text } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { Lesion, Review, Verdict } from "@/api/types";
import { plural } from "@/lib/format";
import { LesionRow } from "./LesionRow";
import classes from "./LesionTable.module.css";
import { sortedBy, type SortKey, type Sorting } from "./order";
import { standingOf } from "./verdicts";

const COLUMNS: { key: SortKey; label: string; name: string }[] = [
  { key: "number", label: "No.", name: "number" },
  { key: "area_mm2", label: "mm²", name: "area" },
  { key: "lymphocyte_count", label: "Lymphocytes", name: "lymphocytes" },
  { key: "confidence", label: "Confidence", name: "confidence" },
];

export interface LesionTableProps {
  foci: readonly Lesion[];
  aggregates: readonly Lesion[];
  review: Review;
  sorting: Sorting;
  selected: string | null;
  onSort: (sorting: Sorting) => void;
  onSelect: (lesionId: string) => void;
  onVerdict: (lesionId: string, verdict: Verdict, countsAsFocus: boolean | null) => void;
}

/** Foci, then aggregates below the threshold, each with its verdict. */
export function LesionTable(props: LesionTableProps) {
  const { foci, aggregates, sorting, onSort } = props;
  return (
    <table className={classes.table} aria-label="Lesions">
      <thead>
        <tr>
          {COLUMNS.map(({ key, label, name }) => (
            <th key={key} aria-sort={sorting.key !== key ? "none" : sorting.descending ? "descending" : "ascending"}>
              <button type="button" className={classes.sort} aria-label={`Sort by ${name}`} onClick={() => onSort(sortedBy(key, sorting))}>
                {label}
                {sorting.key === key && (sorting.descending ? <IconArrowDown size={12} /> : <IconArrowUp size={12} />)}
              </button>
            </th>
          ))}
          <th className={classes.verdicts}>Verdict</th>
        </tr>
      </thead>
      <Section title={plural(foci.length, "focus", "foci")} lesions={foci} {...props} />
      {aggregates.length > 0 && (
        <Section title={`${plural(aggregates.length, "aggregate")} below 50 lymphocytes`} lesions={aggregates} {...props} />
      )}
    </table>
  );
}

interface SectionProps extends LesionTableProps {
  title: string;
  lesions: readonly Lesion[];
}

function Section({ title, lesions, review, selected, onSelect, onVerdict }: SectionProps) {
  return (
    <tbody>
      <tr className={classes.heading}>
        <th colSpan={5} scope="rowgroup">
          <Text inherit>{title}</Text>
        </th>
      </tr>
      {lesions.map((lesion) => (
        <LesionRow
          key={lesion.id}
          lesion={lesion}
          standing={standingOf(lesion, review)}
          selected={lesion.id === selected}
          onSelect={() => onSelect(lesion.id)}
          onVerdict={(verdict, counts) => onVerdict(lesion.id, verdict, counts)}
        />
      ))}
    </tbody>
  );
}
