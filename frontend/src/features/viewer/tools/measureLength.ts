import { slidePoint } from "../geometry";
import { lengthLabel, lengthUm } from "../measure";
import { dragged } from "./dragged";
import type { Preview, Tool } from "./tool";

/** Measure a straight line in micrometres. */
export function measureLength(): Tool {
  const measured: Parameters<typeof dragged>[0]["show"] = (line, _, { mpp }): Preview => {
    const [from, to] = [line[0]!, line.at(-1)!];
    const label = mpp && { at: slidePoint((from.x + to.x) / 2, (from.y + to.y) / 2), text: lengthLabel(lengthUm([from, to], mpp)) };
    return { tone: "measure", line: [from, to], handles: [from, to], ...(label && { label }) };
  };
  return dragged({ show: measured, finish: (...step) => ({ preview: measured(...step) }) });
}
