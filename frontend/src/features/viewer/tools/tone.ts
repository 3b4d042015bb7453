import { modeOf } from "./applied";
import type { Bench, Step, Tone } from "./tool";

export function toneOf(step: Step | null, bench: Bench): Tone {
  const mode = step ? modeOf(step, bench) : bench.mode;
  return mode === "subtract" ? "subtract" : "draw";
}
