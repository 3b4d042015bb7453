import classes from "./Performance.module.css";

interface IntervalProps {
  value: number;
  /** Its 95 % interval; none where there are too few slides for one. */
  interval: readonly [number, number] | null;
  /** What the two ends of the line stand for. */
  scale: readonly [number, number];
  /** A value to compare with, marked on the line. */
  mark?: number;
}

const WIDTH = 96;
const EDGE = 4;

/** A value with its interval on a line, as in a forest plot; the numbers stand beside it. */
export function Interval({ value, interval, scale: [from, to], mark }: IntervalProps) {
  const x = (at: number) => EDGE + ((Math.min(Math.max(at, from), to) - from) / (to - from)) * (WIDTH - 2 * EDGE);
  return (
    <svg viewBox={`0 0 ${WIDTH} 12`} width={WIDTH} height={12} className={classes.interval} aria-hidden>
      <line x1={EDGE} x2={WIDTH - EDGE} y1={6} y2={6} data-kind="scale" />
      {mark !== undefined && <line x1={x(mark)} x2={x(mark)} y1={1} y2={11} data-kind="scale" />}
      {interval && <line x1={x(interval[0])} x2={x(interval[1])} y1={6} y2={6} data-kind="interval" />}
      <circle cx={x(value)} cy={6} r={3.5} />
    </svg>
  );
}
