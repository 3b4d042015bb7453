import { distance } from "../editing/segments";
import type { SlidePoint } from "../geometry";
import type { Answer, Bench, Preview, Step, Tool } from "./tool";

interface PointByPoint {
  show: (points: readonly SlidePoint[], step: Step | null, bench: Bench) => Preview;
  finish: (points: readonly SlidePoint[], step: Step | null, bench: Bench) => Answer;
}

/** A tool that sets points one by one; on the first or the last again, or Enter, it finishes. */
export function pointByPoint({ show, finish }: PointByPoint): Tool {
  let points: SlidePoint[] = [];
  let first: Step | null = null;

  function release(step: Step, bench: Bench): Answer {
    first ??= step;
    const again = [points[0], points.at(-1)].some((end) => end && distance(end, step.point) <= bench.reach);
    if (again && points.length >= 2) return done(bench);
    points = again ? points : [...points, step.point];
    return { preview: show(points, first, bench) };
  }

  function done(bench: Bench): Answer {
    const answer = finish(points, first, bench);
    [points, first] = [[], null];
    return answer;
  }

  const towards = (step: Step, bench: Bench): Answer => {
    return points.length === 0 ? {} : { preview: show([...points, step.point], first, bench) };
  };

  return {
    takes: () => true,
    drag: towards,
    hover: towards,
    release,
    abort: () => ({}),
    key(key, bench) {
      if (points.length === 0 || key === "delete") return null;
      if (key === "close") return done(bench);
      points = points.slice(0, -1);
      return { preview: points.length > 0 ? show(points, first, bench) : null };
    },
  };
}
