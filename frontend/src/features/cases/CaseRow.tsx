import { ActionIcon, Table, Text } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconEyeOff, IconFolder } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Case } from "@/api/types";
import { fixed } from "@/lib/format";
import { arithmetic, reasonOf, shownSum } from "./arithmetic";
import classes from "./CaseRow.module.css";

interface CaseRowProps {
  case: Case;
  /** How many of its slides are shown beneath it. */
  shown: number;
  folded: boolean;
  onFold: () => void;
  choice: ReactNode;
}

/** A case on the worklist, above its slides: its pseudonym, its reader, its summed score. */
export function CaseRow({ case: one, shown, folded, onFold, choice }: CaseRowProps) {
  const { t } = useTranslation("cases");
  const { sum, kind } = shownSum(one);
  const Chevron = folded ? IconChevronRight : IconChevronDown;
  const slides = shown < one.slide_count ? t("someShown", { shown, count: one.slide_count }) : t("slides", { count: shown });
  return (
    <Table.Tr className={classes.row} data-worklist-row data-case>
      <Table.Td>{choice}</Table.Td>
      <Table.Td>
        <div className={classes.fold}>
          <ActionIcon
            variant="subtle"
            color="gray"
            className={classes.above}
            aria-expanded={!folded}
            aria-label={t(folded ? "unfold" : "fold", { name: one.pseudonym })}
            data-fold
            onClick={onFold}
          >
            <Chevron size={18} />
          </ActionIcon>
          <IconFolder size={20} stroke={1.5} aria-hidden />
        </div>
      </Table.Td>
      <Table.Td className={classes.name}>
        <Link to={`/cases/${one.id}`} className={classes.link} title={one.pseudonym} data-opens-row>
          {one.pseudonym}
        </Link>
        <Text size="xs" c="var(--fs-quiet)" fw={400} truncate>
          {[slides, one.assigned_to && t("assignedTo", { name: one.assigned_to.name })].filter(Boolean).join(" · ")}
        </Text>
      </Table.Td>
      <Table.Td>
        {one.blind_first && (
          <Text size="xs" c="var(--fs-quiet)" className={classes.blind}>
            <IconEyeOff size={14} aria-hidden />
            {t("blindFirst")}
          </Text>
        )}
      </Table.Td>
      <Table.Td className={classes.score}>
        <Text size="sm" fw={600} title={arithmetic(sum) ?? reasonOf(sum)}>
          {fixed(sum.focus_score, 2)}
        </Text>
        <Text size="xs" c="var(--fs-quiet)">
          {t(kind)}
        </Text>
      </Table.Td>
      <Table.Td colSpan={3} className={classes.arithmetic}>
        <Text size="xs" c="var(--fs-quiet)" className="numeric" lineClamp={2}>
          {arithmetic(sum) ?? reasonOf(sum)}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
