import type { Viewer } from "openseadragon";
import { useEffect } from "react";
import { useViewer, useViewerStore } from "./context";
import { screenPoint } from "./geometry";
import { shapeAt } from "./hit";
import type { ShapeIndex } from "./shapeIndex";
import type { ViewerStore } from "./store";
import { picked } from "./tools/select";

interface Picking {
  selected: readonly string[];
  onSelect: (ids: readonly string[]) => void;
  onHover: (id: string | null) => void;
}

/** Select shapes of the layer at hand by a click on the slide, and follow the pointer over them. */
export function usePicking(shapes: ShapeIndex, { selected, onSelect, onHover }: Picking): void {
  const store = useViewerStore();
  const viewer = useViewer((state) => state.viewer);
  useEffect(() => {
    if (!viewer?.canvas) return; // a destroyed viewer has none
    return listen(viewer, store, shapes, { selected, onSelect, onHover });
  }, [viewer, store, shapes, selected, onSelect, onHover]);
}

function listen(viewer: Viewer, store: ViewerStore, shapes: ShapeIndex, { selected, onSelect, onHover }: Picking): () => void {
  function at(x: number, y: number): string | null {
    const { view, peeking } = store.getState();
    return view && !peeking ? (shapeAt(screenPoint(x, y), shapes, view)?.id ?? null) : null;
  }

  const click = ({ quick, position, originalEvent }: { quick: boolean; position: { x: number; y: number }; originalEvent: Event }) =>
    quick && onSelect(picked(at(position.x, position.y), (originalEvent as MouseEvent).shiftKey, selected));

  function move(event: PointerEvent) {
    const box = viewer.canvas.getBoundingClientRect();
    const id = event.buttons === 0 ? at(event.clientX - box.left, event.clientY - box.top) : null;
    viewer.canvas.style.cursor = id ? "pointer" : "";
    onHover(id);
  }

  viewer.addHandler("canvas-click", click);
  viewer.canvas.addEventListener("pointermove", move);
  return () => {
    viewer.removeHandler("canvas-click", click);
    viewer.canvas?.removeEventListener("pointermove", move);
  };
}
