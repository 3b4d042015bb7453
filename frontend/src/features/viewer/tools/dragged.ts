import type { SlidePoint } from "../geometry";
import type { Answer, Bench, Preview, Step, Tool } from "./tool";

interface Dragged {
  show: (line: readonly SlidePoint[], first: Step, bench: Bench) => Preview;
  finish: (line: readonly SlidePoint[], first: Step, bench: Bench) => Answer;
}

/** A tool that draws one line from press to release. */
export function dragged({ show, finish }: Dragged): Tool {
  let line: SlidePoint[] = [];
  let first: Step | null = null;
  return {
    takes: () => true,
    press(step, bench) {
      [line, first] = [[step.point], step];
      return { preview: show(line, step, bench) };
    },
    drag(step, bench) {
      line.push(step.point);
      return first ? { preview: show(line, first, bench) } : {};
    },
    release: (_, bench) => (first ? finish(line, first, bench) : {}),
    abort: () => ({ preview: null }),
  };
}
