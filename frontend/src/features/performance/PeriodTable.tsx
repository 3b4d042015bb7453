import { Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Span } from "@/api/performance";
import type { Judged, NetworkVersion } from "@/api/types";
import { fixed, percent, UNKNOWN } from "@/lib/format";
import { periodFrom } from "@/lib/time";
import { Interval } from "./Interval";
import classes from "./Performance.module.css";

const COLUMNS = ["period", "slides", "proposed", "kept", "corrected", "notFoci", "rejected", "added", "difference", "limits"] as const;
const SHARES = [0, 1] as const;

/** What was proposed and what became of it: a row for each period, newest first, and one for all together. */
export function PeriodTable({ version, span }: { version: NetworkVersion; span: Span }) {
  const { t } = useTranslation("performance");
  const reach = reachOf(version);
  return (
    <Table.ScrollContainer minWidth={700} type="native" tabIndex={0} role="region" aria-label={t("table")}>
      <Table horizontalSpacing={6} aria-label={t("table")} className={`numeric ${classes.table}`} fz="sm">
        <Table.Thead>
          <Table.Tr>
            {COLUMNS.map((name) => (
              <Table.Th key={name}>{t(`columns.${name}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {version.periods.map((one) => (
            <Row key={one.start} name={periodFrom(one.start, span)} judged={one} reach={reach} />
          ))}
          {version.periods.length > 1 && <Row name={t("all")} judged={version.total} reach={reach} isTotal />}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface RowProps {
  name: string;
  judged: Judged;
  /** The greatest difference of scores that is drawn. */
  reach: number;
  isTotal?: boolean;
}

function Row({ name, judged, reach, isTotal }: RowProps) {
  const { t } = useTranslation("performance");
  const share = both(judged.kept_low, judged.kept_high);
  const mean = both(judged.mean_low, judged.mean_high);
  const { slides, proposed, confirmed, corrected, kept, mean_difference, low, high } = judged;
  return (
    <Table.Tr className={isTotal ? classes.total : undefined}>
      <Table.Td>{name}</Table.Td>
      <Table.Td>{slides}</Table.Td>
      <Table.Td>{proposed}</Table.Td>
      <Table.Td>
        {kept === null ? UNKNOWN : `${percent(kept)} (${confirmed + corrected})`}
        {kept !== null && <Interval value={kept} interval={share} scale={SHARES} />}
        {share && <Small>{t("interval", { low: percent(share[0]), high: percent(share[1]) })}</Small>}
      </Table.Td>
      <Table.Td>{corrected}</Table.Td>
      <Table.Td>{judged.not_foci}</Table.Td>
      <Table.Td>
        <Rejected rejected={judged.rejected} />
      </Table.Td>
      <Table.Td>{`${fixed(judged.added / slides, 2)} (${judged.added})`}</Table.Td>
      <Table.Td>
        {fixed(mean_difference, 2)}
        {mean_difference !== null && <Interval value={mean_difference} interval={mean} scale={[-reach, reach]} mark={0} />}
        {mean_difference !== null && (
          <Small>{mean ? t("interval", { low: fixed(mean[0], 2), high: fixed(mean[1], 2) }) : t("tooFew")}</Small>
        )}
      </Table.Td>
      <Table.Td>{low === null || high === null ? t("tooFew") : t("limitsOf", { low: fixed(low, 2), high: fixed(high, 2) })}</Table.Td>
    </Table.Tr>
  );
}

function Small({ children }: { children: string }) {
  return (
    <Text size="xs" c="var(--fs-quiet)">
      {children}
    </Text>
  );
}

/** How many were rejected, and why, the most frequent reason first. */
function Rejected({ rejected }: { rejected: Judged["rejected"] }) {
  const { t } = useTranslation(["performance", "review"]);
  const reasons = Object.entries(rejected).toSorted(([, one], [, other]) => other - one);
  const named = (reason: string) => (reason ? t(`review:reasons.${reason as "other"}`) : t("noReason"));
  return (
    <>
      {reasons.reduce((sum, [, count]) => sum + count, 0)}
      {reasons.map(([reason, count]) => (
        <span key={reason} className={classes.reasons}>
          {t("reasonOf", { reason: named(reason), count })}
        </span>
      ))}
    </>
  );
}

function both(low: number | null, high: number | null): [number, number] | null {
  return low === null || high === null ? null : [low, high];
}

function reachOf({ periods, total }: NetworkVersion): number {
  const ends = [...periods, total].flatMap(({ mean_difference, mean_low, mean_high }) => [mean_difference, mean_low, mean_high]);
  return Math.max(0.5, ...ends.map((end) => Math.abs(end ?? 0)));
}
