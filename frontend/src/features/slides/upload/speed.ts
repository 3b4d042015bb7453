const WINDOW_MS = 4000;

/** Make a meter that turns bytes sent so far into bytes per second over the last seconds; null until it can say. */
export function speedMeter() {
  let samples: { at: number; sent: number }[] = [];
  return (sent: number, at: number = performance.now()): number | null => {
    samples = [...samples.filter((one) => at - one.at < WINDOW_MS), { at, sent }];
    const first = samples[0]!;
    return at - first.at < 250 ? null : ((sent - first.sent) / (at - first.at)) * 1000;
  };
}
