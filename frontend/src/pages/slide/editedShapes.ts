import { create } from "zustand";
import { boundsOf } from "@/features/viewer/geometry";
import type { Shape } from "@/features/viewer/outlines";
import type { AddedShape, Layer, ShapeChange } from "@/features/viewer/tools/tool";

/** A shape that was drawn or came of an edit. */
export interface EditedShape extends Shape {
  readonly layer: Layer;
  readonly parents: readonly string[];
}

/** What was edited on one analysis, kept on this page alone. */
export interface Edits {
  readonly analysisId: string | null;
  readonly changes: number;
  readonly removed: ReadonlySet<string>;
  readonly added: readonly EditedShape[];
}

export const NO_EDITS: Edits = { analysisId: null, changes: 0, removed: new Set(), added: [] };

export const useEditedShapes = create<Edits>(() => NO_EDITS);

/** Take a change in; returns the ids of what it added. */
export function recordChange(analysisId: string, change: ShapeChange): readonly string[] {
  const before = useEditedShapes.getState();
  const shapes = change.added.map(named);
  useEditedShapes.setState(changed(before.analysisId === analysisId ? before : { ...NO_EDITS, analysisId }, change.removed, shapes));
  return shapes.map(({ id }) => id);
}

export function changed(edits: Edits, removed: readonly string[], added: readonly EditedShape[]): Edits {
  return {
    ...edits,
    changes: edits.changes + 1,
    removed: new Set([...edits.removed, ...removed]),
    added: [...edits.added.filter(({ id }) => !removed.includes(id)), ...added],
  };
}

function named(shape: AddedShape): EditedShape {
  return { ...shape, id: crypto.randomUUID(), bounds: boundsOf(shape.rings) };
}
