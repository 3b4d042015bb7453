import { useMemo } from "react";
import { useViewer } from "./context";
import type { Mpp } from "./measure";
import type { Outline, Shape } from "./outlines";
import type { ShapeIndex } from "./shapeIndex";
import { indexed } from "./shapeIndex";
import type { ShapeChange } from "./tools/tool";
import { useHands } from "./useHands";
import { usePicking } from "./usePicking";
import { useTool } from "./useTool";
import { useToolKeys } from "./useToolKeys";
import { useTurning } from "./useTurning";

interface Work {
  active: boolean;
  mpp: Mpp | null;
  outlines: ShapeIndex<Outline>;
  glands: ShapeIndex;
  selected: readonly string[];
  onSelect: (ids: readonly string[]) => void;
  onHover: (id: string | null) => void;
  onShapeChange?: (change: ShapeChange) => void;
}

const NOTHING = indexed<never>([]);

/** Select, draw and measure on the layer at hand; returns the shapes selected on it. */
export function useWork({ active, mpp, outlines, glands, selected, onSelect, onHover, onShapeChange }: Work): readonly Shape[] {
  const layer = useViewer((state) => state.layer);
  const shown = useViewer((state) => (layer === "gland" ? state.glandsShown : state.lesionsShown));
  const layered: ShapeIndex = layer === "gland" ? glands : outlines;
  const shapes = shown ? layered : NOTHING;
  usePicking(shapes, { selected, onSelect, onHover });
  useHands(useTool({ shapes, selected, mpp, onSelect, onShapeChange }));
  useTurning();
  useToolKeys({ active, editable: onShapeChange !== undefined, measurable: mpp !== null });
  return useMemo(() => shapes.all.filter(({ id }) => selected.includes(id)), [shapes, selected]);
}
