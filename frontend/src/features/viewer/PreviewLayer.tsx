import { useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { prepared } from "./canvas";
import { useViewer, useViewerStore } from "./context";
import { drawPreview, drawVertices } from "./drawPreview";
import type { Shape } from "./outlines";
import type { ViewerState } from "./store";
import classes from "./SlideViewer.module.css";

/** What is being drawn, above the outlines; it alone is redrawn while the pointer moves. */
export function PreviewLayer({ selected }: { selected: readonly Shape[] }) {
  const store = useViewerStore();
  const viewer = useViewer((state) => state.viewer);
  const label = useViewer((state) => state.preview?.label?.text);
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    if (!viewer) return;
    const draw = () => canvas.current && drawState(canvas.current, store.getState(), selected);
    draw();
    return store.subscribe((now, before) => shownFrom.some((part) => now[part] !== before[part]) && draw());
  }, [viewer, store, selected]);

  if (!viewer?.canvas) return null;
  return createPortal(
    <>
      <canvas ref={canvas} className={classes.overlay} aria-hidden />
      <output className={classes.unseen}>{label}</output>
    </>,
    viewer.canvas,
  );
}

const shownFrom = ["view", "peeking", "preview", "tool"] as const satisfies readonly (keyof ViewerState)[];

function drawState(canvas: HTMLCanvasElement, { view, peeking, preview, tool }: ViewerState, selected: readonly Shape[]): void {
  const context = prepared(canvas);
  if (!context || !view || peeking) return;
  if (tool === "vertices" && !preview?.areas) selected.forEach(({ rings }) => drawVertices(context, rings, view));
  if (preview) drawPreview(context, view, preview);
}
