import { useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { prepared } from "./canvas";
import { useViewer, useViewerStore } from "./context";
import { drawScene, type Scene } from "./draw";
import { indexed } from "./shapeIndex";
import type { ViewerState } from "./store";
import classes from "./SlideViewer.module.css";

const NOTHING = indexed<never>([]);

/** Outlines over the tissue, drawn in the same frame as the tiles beneath them. */
export function Overlay({ scene }: { scene: Scene }) {
  const store = useViewerStore();
  const viewer = useViewer((state) => state.viewer);
  const opacity = useViewer((state) => state.outlineOpacity);
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    if (!viewer) return;
    const draw = () => canvas.current && drawState(canvas.current, store.getState(), scene);
    draw();
    return store.subscribe((now, before) => drawnFrom.some((part) => now[part] !== before[part]) && draw());
  }, [viewer, store, scene]);

  if (!viewer?.canvas) return null; // a destroyed viewer has none
  return createPortal(<canvas ref={canvas} className={classes.overlay} style={{ opacity }} aria-hidden />, viewer.canvas);
}

const drawnFrom = ["view", "peeking", "lesionsShown", "glandsShown"] as const satisfies readonly (keyof ViewerState)[];

function drawState(canvas: HTMLCanvasElement, { view, peeking, lesionsShown, glandsShown }: ViewerState, scene: Scene): void {
  const context = prepared(canvas);
  if (!context || !view || peeking) return;
  const size = { width: canvas.clientWidth, height: canvas.clientHeight };
  drawScene(context, size, view, {
    ...scene,
    outlines: lesionsShown ? scene.outlines : NOTHING,
    glands: glandsShown ? scene.glands : NOTHING,
  });
}
