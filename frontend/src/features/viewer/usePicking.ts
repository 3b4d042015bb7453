import type { Viewer } from "openseadragon";
import { useEffect } from "react";
import { screenPoint } from "./geometry";
import { outlineAt } from "./hit";
import type { Outline } from "./outlines";
import { useViewer } from "./store";

interface Picking {
  onSelect: (id: string | null) => void;
  onHover: (id: string | null) => void;
}

/** Select lesions by a click on the slide, and follow the pointer over them. */
export function usePicking(outlines: readonly Outline[], { onSelect, onHover }: Picking): void {
  const viewer = useViewer((state) => state.viewer);
  useEffect(() => {
    if (!viewer?.canvas) return; // a destroyed viewer has none
    return listen(viewer, outlines, { onSelect, onHover });
  }, [viewer, outlines, onSelect, onHover]);
}

function listen(viewer: Viewer, outlines: readonly Outline[], { onSelect, onHover }: Picking): () => void {
  function at(x: number, y: number): string | null {
    const { view, lesionsShown, peeking } = useViewer.getState();
    return view && lesionsShown && !peeking ? (outlineAt(screenPoint(x, y), outlines, view)?.id ?? null) : null;
  }

  const click = (event: { position: { x: number; y: number }; quick: boolean }) =>
    event.quick && onSelect(at(event.position.x, event.position.y));

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
