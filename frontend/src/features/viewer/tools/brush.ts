import { contains } from "../geometry";
import { modeOf } from "./applied";
import { painted } from "./painted";
import type { Bench, Mode, Step, Tool } from "./tool";

/** Paint a shape; a stroke that begins in a selected one goes on with it. */
export function brush(): Tool {
  return painted(brushMode);
}

function brushMode(step: Step, bench: Bench): Mode {
  const goesOn = bench.selected.some(({ rings }) => contains(rings, step.point));
  const mode = modeOf(step, bench);
  return mode === "new" && goesOn ? "add" : mode;
}
