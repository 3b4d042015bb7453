import { Group, Switch, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { isAccepted } from "@/api/review/applied";
import type { Lesion } from "@/api/types";
import { fixed, percent } from "@/lib/format";
import { i18n } from "@/lib/i18n";
import { absolute } from "@/lib/time";
import { LesionComments, type Commenting } from "./LesionComments";
import classes from "./LesionTable.module.css";
import { VerdictButtons } from "./VerdictButtons";
import { nameOf, reasonText } from "./verdicts";

export interface LesionRowProps extends Commenting {
  lesion: Lesion;
  /** A picture of it. */
  crop: string;
  selected: boolean;
  /** Below the confidence that the reader looks at: dimmed, never hidden. */
  dimmed: boolean;
  readOnly: boolean;
  /** The focus score without this lesion, where it counts. */
  without: number | null;
  onSelect: () => void;
  onVerdict: (verdict: "confirmed" | "rejected" | "undecided", countsAsFocus: boolean | null) => void;
}

/** One lesion: its picture, its measures, its verdict; when selected also what it changes, and remarks. */
export function LesionRow(props: LesionRowProps) {
  const { lesion, crop, selected, dimmed, readOnly, onSelect, onVerdict } = props;
  const { t } = useTranslation("review");
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (selected) row.current?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const look = lesion.verdict === "undecided" && lesion.counts_as_focus === false ? "aggregate" : lesion.verdict;
  return (
    <>
      <tr ref={row} className={classes.row} aria-selected={selected} data-verdict={lesion.verdict} data-dimmed={dimmed || undefined} onClick={onSelect} title={said(lesion)}>
        <td>
          <Group gap={6} wrap="nowrap">
            <button type="button" className={classes.number} data-look={look} aria-label={t("show", { name: nameOf(lesion) })}>
              {lesion.number}
            </button>
            <img className={classes.crop} src={crop} width={38} height={38} alt="" loading="lazy" />
          </Group>
        </td>
        <td className={classes.measure}>{fixed(lesion.area_mm2, 3)}</td>
        <td className={classes.measure}>
          {lesion.lymphocyte_count ?? t("counting")}
          {lesion.borderline && (
            <Text size="xs" c="var(--fs-care-mark)" lh={1.1}>
              {t("borderline")}
            </Text>
          )}
        </td>
        <td className={classes.measure}>{lesion.confidence === null ? t("drawn") : percent(lesion.confidence)}</td>
        <td>
          <VerdictButtons lesion={lesion} disabled={readOnly} onVerdict={(chosen) => onVerdict(chosen, null)} />
        </td>
      </tr>
      {selected && <Aside {...props} />}
    </>
  );
}

/** What a selected lesion is about: whether it counts, what it changes, why it was rejected, remarks. */
function Aside({ lesion, without, readOnly, onVerdict, ...commenting }: LesionRowProps) {
  const { t } = useTranslation("review");
  const asks = lesion.borderline || lesion.lymphocyte_count === null || lesion.overridden;
  return (
    <tr className={classes.aside}>
      <td colSpan={5}>
        {asks && (
          <Switch
            size="xs"
            mb={6}
            disabled={readOnly}
            label={t("countsAsFocus")}
            checked={isAccepted(lesion) && lesion.counts_as_focus === true}
            onChange={(event) => onVerdict("confirmed", event.currentTarget.checked)}
          />
        )}
        {without !== null && (
          <Text size="xs" className="numeric">
            {t("without", { score: fixed(without, 2) })}
          </Text>
        )}
        {lesion.reason && (
          <Text size="xs" c="var(--fs-quiet)">
            {t("rejectedAs", { reason: reasonText(lesion.reason) })}
          </Text>
        )}
        <LesionComments lesion={lesion} readOnly={readOnly} {...commenting} />
      </td>
    </tr>
  );
}

function said({ verdict, decided_by, decided_at }: Lesion): string | undefined {
  if (!decided_by || !decided_at) return undefined;
  return i18n.t(`review:saidBy.${verdict}`, { name: decided_by, time: absolute(decided_at) });
}
