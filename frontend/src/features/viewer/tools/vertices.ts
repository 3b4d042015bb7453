import { flawOf } from "../editing/validity";
import { addVertex, deleteVertex, edgeNear, moveVertex, vertexNear, type VertexAt } from "../editing/vertices";
import { slidePoint, type SlideRings } from "../geometry";
import type { Shape } from "../outlines";
import { each } from "./applied";
import type { Answer, Bench, Preview, Step, Tool } from "./tool";

/** A vertex under the hand, of the shape as it is now. */
interface Grip {
  readonly shape: Shape;
  readonly at: VertexAt;
  readonly rings: SlideRings;
}

/** Drag the vertices of the selected shape; press on its edge for a new one, Ctrl or Delete for one less. */
export function vertices(): Tool {
  let grip: Grip | null = null;
  let touched: Grip | null = null;

  function dropped(bench: Bench): Answer {
    const held = grip;
    [grip, touched] = [null, grip];
    if (!held || held.rings === held.shape.rings) return { preview: null };
    return kept(held.shape, held.rings, bench);
  }

  return {
    takes: (step, bench) => gripAt(step, bench) !== null,
    press(step, bench) {
      grip = gripAt(step, bench);
      if (grip && step.subtracts) return without(grip, bench);
      return grip ? { preview: shown(grip.rings, bench) } : {};
    },
    drag(step, bench) {
      if (!grip) return {};
      grip = { ...grip, rings: moveVertex(grip.rings, grip.at, step.point) };
      return { preview: shown(grip.rings, bench) };
    },
    release: (_, bench) => dropped(bench),
    abort() {
      grip = null;
      return { preview: null };
    },
    hover(step, bench) {
      touched = gripAt(step, bench);
      const [x, y] = touched ? touched.rings[touched.at.ring]![touched.at.index]! : [0, 0];
      return { preview: touched && { tone: "draw", circle: { centre: slidePoint(x, y), radius: bench.reach * 0.8 } } };
    },
    key: (key, bench) => (key === "delete" && touched ? without(touched, bench) : null),
  };

  function without({ shape, at }: Grip, bench: Bench): Answer {
    [grip, touched] = [null, null];
    const rings = deleteVertex(shape.rings, at);
    return rings ? kept(shape, rings, bench) : { preview: null, refused: "tooFewPoints" };
  }
}

function gripAt({ point }: Step, { selected, reach }: Bench): Grip | null {
  for (const shape of selected) {
    const at = vertexNear(shape.rings, point, reach);
    if (at) return { shape, at, rings: shape.rings };
    const edge = edgeNear(shape.rings, point, reach / 2);
    if (edge) return { shape, at: edge, rings: addVertex(shape.rings, edge, point) };
  }
  return null;
}

function kept(shape: Shape, rings: SlideRings, bench: Bench): Answer {
  const flaw = flawOf(rings, bench.slide);
  return flaw ? { preview: null, refused: flaw } : each([shape], () => [rings], bench);
}

function shown(rings: SlideRings, { slide }: Bench): Preview {
  return { tone: flawOf(rings, slide) ? "wrong" : "draw", areas: [rings] };
}
