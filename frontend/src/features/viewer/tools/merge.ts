import { union } from "../editing/combine";
import { contains } from "../geometry";
import type { Shape } from "../outlines";
import { replaced } from "./applied";
import type { Answer, Bench, Preview, Step, Tool } from "./tool";

/** Gather shapes by clicks, beginning with the selected ones; Enter makes them one. */
export function merge(): Tool {
  let gathered: readonly string[] | null = null;
  const idsOf = ({ selected }: Bench) => gathered ?? selected.map(({ id }) => id);
  const shapesOf = (bench: Bench) => bench.shapes.filter(({ id }) => idsOf(bench).includes(id));
  const at = ({ point }: Step, bench: Bench) => bench.shapes.find(({ rings }) => contains(rings, point));

  return {
    takes: (step, bench) => at(step, bench) !== undefined,
    press(step, bench) {
      const { id } = at(step, bench)!;
      const known = idsOf(bench);
      gathered = known.includes(id) ? known.filter((one) => one !== id) : [...known, id];
      return { preview: shown(shapesOf(bench)) };
    },
    hover: (_, bench) => ({ preview: shown(shapesOf(bench)) }),
    key(key, bench) {
      if (key !== "close") return null;
      const shapes = shapesOf(bench);
      gathered = null;
      return merged(shapes, bench);
    },
  };
}

const shown = (shapes: readonly Shape[]): Preview => ({ tone: "draw", areas: shapes.map(({ rings }) => rings) });

/** Make shapes one; those that do not touch would still be several. */
export function merged(shapes: readonly Shape[], bench: Bench): Answer {
  const whole = union(...shapes.map(({ rings }) => rings));
  if (shapes.length < 2 || whole.length > 1) return { preview: null, refused: "apart" };
  return replaced(shapes, whole, bench);
}
