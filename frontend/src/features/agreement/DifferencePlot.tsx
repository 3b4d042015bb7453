import { useTranslation } from "react-i18next";
import type { Agreement } from "@/api/types";
import { fixed } from "@/lib/format";
import { day } from "@/lib/time";
import { differences, placedInTime, reach } from "./differences";
import classes from "./Agreement.module.css";

const WIDTH = 640;
const HEIGHT = 240;
const LEFT = 44;
const BOTTOM = 28;
const TOP = 12;
const RIGHT = 84;
const EDGE = 12;

/** Estimated minus signed over time, with the mean and its limits of agreement. */
export function DifferencePlot({ agreement }: { agreement: Agreement }) {
  const { t } = useTranslation("agreement");
  const points = differences(agreement);
  const { mean_difference: mean, low, high } = agreement;
  const most = reach([...points.map(({ value }) => value), low ?? 0, high ?? 0]);
  const place = placedInTime(points);
  const x = (index: number) => LEFT + EDGE + place[index]! * (WIDTH - LEFT - RIGHT - 2 * EDGE);
  const y = (value: number) => TOP + ((most - value) * (HEIGHT - TOP - BOTTOM)) / (2 * most);
  const line = (value: number, kind: string, label?: string) => (
    <g className={classes.line} data-kind={kind}>
      <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(value)} y2={y(value)} />
      {label && (
        <text x={WIDTH - RIGHT + 6} y={y(value) + 4}>
          {label}
        </text>
      )}
    </g>
  );
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={classes.plot} role="img" aria-label={t("plotOf", { count: points.length })}>
      {[most, -most].map((value) => (
        <text key={value} x={LEFT - 6} y={y(value) + 4} textAnchor="end">
          {fixed(value, 0)}
        </text>
      ))}
      <text x={LEFT - 6} y={y(0) + 4} textAnchor="end">
        {fixed(0, 0)}
      </text>
      {line(0, "zero")}
      {mean !== null && line(mean, "mean", t("meanOf", { value: fixed(mean, 2) }))}
      {low !== null && line(low, "limit", fixed(low, 2))}
      {high !== null && line(high, "limit", fixed(high, 2))}
      {points.map(({ slide, at, value }, index) => (
        <circle key={index} cx={x(index)} cy={y(value)} r={4}>
          <title>{`${slide}, ${day(at)}: ${fixed(value, 2)}`}</title>
        </circle>
      ))}
      <text x={LEFT} y={HEIGHT - 8}>
        {day(points[0]!.at)}
      </text>
      {points.length > 1 && (
        <text x={WIDTH - RIGHT} y={HEIGHT - 8} textAnchor="end">
          {day(points.at(-1)!.at)}
        </text>
      )}
    </svg>
  );
}
