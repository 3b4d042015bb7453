import { onSlide } from "../editing/combine";
import { brushStroke } from "../editing/stroke";
import type { SlidePoint } from "../geometry";
import { applied } from "./applied";
import { dragged } from "./dragged";
import type { Bench, Mode, Preview, Step, Tool } from "./tool";

/** A tool with a round tip, which covers an area on its way. */
export function painted(modeAt: (first: Step, bench: Bench) => Mode): Tool {
  function show(line: readonly SlidePoint[], mode: Mode, { radius }: Bench): Preview {
    const tone = mode === "subtract" ? "subtract" : "draw";
    return { tone, line, width: 2 * radius, circle: { centre: line.at(-1)!, radius } };
  }
  return {
    ...dragged({
      show: (line, first, bench) => show(line, modeAt(first, bench), bench),
      finish: (line, first, bench) =>
        applied(onSlide(brushStroke(line, bench.radius), bench.slide), modeAt(first, bench), bench),
    }),
    hover: (step, bench) => ({ preview: { ...show([step.point], modeAt(step, bench), bench), line: [] } }),
  };
}
