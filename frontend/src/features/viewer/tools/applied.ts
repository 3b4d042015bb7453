import { difference, touches, union } from "../editing/combine";
import { boundsOf, overlaps, type SlideRings } from "../geometry";
import type { Shape } from "../outlines";
import type { Answer, Bench, Mode, Step } from "./tool";

/** The keys that are held win over the mode that is set. */
export function modeOf(step: Step, bench: Bench): Mode {
  if (step.subtracts) return "subtract";
  return step.adds ? "add" : bench.mode;
}

/** Let a drawn area make a new shape, join the selected ones, or be taken from them. */
export function applied(areas: readonly SlideRings[], mode: Mode, bench: Bench): Answer {
  if (areas.length === 0) return { preview: null, refused: "tooFewPoints" };
  if (mode === "subtract") return takenAway(areas, bench);
  const targets = mode === "add" ? under(areas, bench.selected) : [];
  const shapes = union(...targets.map(({ rings }) => rings), ...areas);
  return replaced(targets, shapes, bench);
}

function takenAway(areas: readonly SlideRings[], bench: Bench): Answer {
  const targets = under(areas, bench.selected.length > 0 ? bench.selected : bench.shapes);
  if (targets.length === 0) return { preview: null, refused: "nothingThere" };
  return each(targets, (rings) => difference(rings, areas), bench);
}

/** Replace some shapes by others; each names those of them that it overlaps as its parents. */
export function replaced(old: readonly Shape[], shapes: readonly SlideRings[], { layer }: Bench): Answer {
  const added = shapes.map((rings) => ({ layer, rings, parents: ids(under([rings], old)) }));
  return { preview: null, change: { removed: ids(old), added } };
}

/** Replace each of some shapes by what becomes of it. */
export function each(old: readonly Shape[], become: (rings: SlideRings) => readonly SlideRings[], { layer }: Bench): Answer {
  const added = old.flatMap(({ id, rings }) => become(rings).map((part) => ({ layer, rings: part, parents: [id] })));
  return { preview: null, change: { removed: ids(old), added } };
}

function under(areas: readonly SlideRings[], shapes: readonly Shape[]): Shape[] {
  const boxes = areas.map(boundsOf);
  const near = shapes.filter(({ bounds }) => boxes.some((box) => overlaps(box, bounds)));
  return near.filter(({ rings }) => touches(rings, areas));
}

const ids = (shapes: readonly Shape[]) => shapes.map(({ id }) => id);
