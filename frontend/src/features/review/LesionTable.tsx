import { Text } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Lesion, Review } from "@/api/types";
import { useMay } from "@/api/session";
import { LesionRow, type LesionRowProps } from "./LesionRow";
import classes from "./LesionTable.module.css";
import { sortedBy, type SortKey, type Sorting } from "./order";
import { scoreWithout } from "./score";

const COLUMNS: readonly SortKey[] = ["number", "area_mm2", "lymphocyte_count", "confidence"];

export interface LesionTableProps {
  foci: readonly Lesion[];
  aggregates: readonly Lesion[];
  review: Review;
  sorting: Sorting;
  selected: string | null;
  /** Undecided lesions below it are dimmed. */
  leastConfidence: number;
  cropOf: (lesion: Lesion) => string;
  onSort: (sorting: Sorting) => void;
  onSelect: (lesionId: string) => void;
  onVerdict: (lesionId: string, ...said: Parameters<LesionRowProps["onVerdict"]>) => void;
  onComment: (lesionId: string, text: string, then: () => void) => void;
}

/** Foci, then aggregates below the threshold, each with its verdict. */
export function LesionTable(props: LesionTableProps) {
  const { t } = useTranslation("review");
  const { foci, aggregates, sorting, onSort } = props;
  return (
    <table className={classes.table} aria-label={t("lesions")}>
      <thead>
        <tr>
          {COLUMNS.map((key) => (
            <th key={key} aria-sort={sorting.key !== key ? "none" : sorting.descending ? "descending" : "ascending"}>
              <button type="button" className={classes.sort} title={t(`sortBy.${key}`)} onClick={() => onSort(sortedBy(key, sorting))}>
                {t(`columns.${key}`)}
                {sorting.key === key && (sorting.descending ? <IconArrowDown size={12} /> : <IconArrowUp size={12} />)}
              </button>
            </th>
          ))}
          <th className={classes.verdicts}>{t("verdict")}</th>
        </tr>
      </thead>
      <Section title={t("foci", { count: foci.length })} lesions={foci} {...props} />
      {aggregates.length > 0 && (
        <Section title={t("aggregates", { count: aggregates.length })} lesions={aggregates} {...props} />
      )}
    </table>
  );
}

interface SectionProps extends LesionTableProps {
  title: string;
  lesions: readonly Lesion[];
}

function Section({ title, lesions, review, selected, leastConfidence, cropOf, onSelect, onVerdict, onComment }: SectionProps) {
  const reads = useMay("read");
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
          crop={cropOf(lesion)}
          selected={lesion.id === selected}
          dimmed={isDimmed(lesion, leastConfidence)}
          readOnly={review.signed || !reads}
          without={scoreWithout(lesion, review)}
          comments={review.comments}
          onComment={onComment}
          onSelect={() => onSelect(lesion.id)}
          onVerdict={(verdict, counts) => onVerdict(lesion.id, verdict, counts)}
        />
      ))}
    </tbody>
  );
}

/** Whether a lesion is below the confidence that the reader looks at; what is decided, or drawn, never is. */
export function isDimmed({ verdict, confidence }: Lesion, least: number): boolean {
  return verdict === "undecided" && confidence !== null && confidence < least;
}
