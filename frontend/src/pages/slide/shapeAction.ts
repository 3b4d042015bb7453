import type { Action } from "@/api/types";
import type { SlideRings } from "@/features/viewer/geometry";
import type { ShapeChange } from "@/features/viewer/tools/tool";

type ShapeAction = Extract<Action, { kind: "shape" }>;

/** An edit of outlines as a command to the review; what is drawn gets the id that it keeps. */
export function shapeAction({ removed, added }: ShapeChange): ShapeAction {
  return {
    kind: "shape",
    removed: [...removed],
    added: added.map(({ layer, rings, parents }) => ({
      id: crypto.randomUUID(),
      layer,
      polygon: sent(rings),
      parents: [...parents],
    })),
  };
}

function sent(rings: SlideRings): [number, number][][] {
  return rings.map((ring) => ring.map(([x, y]) => [x, y]));
}
