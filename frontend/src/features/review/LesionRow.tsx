import { Switch, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Lesion, Verdict } from "@/api/types";
import { fixed, percent } from "@/lib/format";
import { i18n } from "@/lib/i18n";
import { absolute } from "@/lib/time";
import classes from "./LesionTable.module.css";
import { VerdictButtons } from "./VerdictButtons";
import { nameOf, type LesionStanding } from "./verdicts";

interface LesionRowProps {
  lesion: Lesion;
  standing: LesionStanding;
  selected: boolean;
  onSelect: () => void;
  onVerdict: (verdict: Verdict, countsAsFocus: boolean | null) => void;
}

/** One lesion: its measures, its verdict, and for a borderline one whether it counts. */
export function LesionRow({ lesion, standing, selected, onSelect, onVerdict }: LesionRowProps) {
  const { t } = useTranslation("review");
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (selected) row.current?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const { verdict } = standing;
  const name = nameOf(lesion);
  const look = verdict === "undecided" && !lesion.counts_as_focus ? "aggregate" : verdict;

  return (
    <>
      <tr ref={row} className={classes.row} aria-selected={selected} data-verdict={verdict} onClick={onSelect} title={said(standing)}>
        <td>
          <button type="button" className={classes.number} data-look={look} aria-label={t("show", { name })}>
            {lesion.number}
          </button>
        </td>
        <td className={classes.measure}>{fixed(lesion.area_mm2, 3)}</td>
        <td className={classes.measure}>
          {lesion.lymphocyte_count}
          {lesion.borderline && (
            <Text size="xs" c="var(--fs-care-mark)" lh={1.1}>
              {t("borderline")}
            </Text>
          )}
        </td>
        <td className={classes.measure}>{percent(lesion.confidence)}</td>
        <td>
          <VerdictButtons name={name} verdict={verdict} onVerdict={(chosen) => onVerdict(chosen, null)} />
        </td>
      </tr>
      {selected && lesion.borderline && (
        <tr className={classes.aside}>
          <td colSpan={5}>
            <Switch
              size="xs"
              label={t("countsAsFocus")}
              checked={verdict === "confirmed" && standing.countsAsFocus}
              onChange={(event) => onVerdict("confirmed", event.currentTarget.checked)}
            />
          </td>
        </tr>
      )}
    </>
  );
}

function said({ verdict, decidedBy, decidedAt }: LesionStanding): string | undefined {
  if (!decidedBy || !decidedAt) return undefined;
  return i18n.t(`review:saidBy.${verdict}`, { name: decidedBy, time: absolute(decidedAt) });
}
