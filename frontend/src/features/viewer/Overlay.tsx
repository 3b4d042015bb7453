import { useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { useViewer, useViewerStore } from "./context";
import type { Scene } from "./draw";
import { layerOf } from "./layers";
import { painter } from "./painter";
import type { ViewerState } from "./store";
import classes from "./SlideViewer.module.css";

interface OverlayProps {
  /** The layer that the outlines belong to. */
  layer: string;
  scene: Scene;
}

/** Outlines over the tissue, drawn in the same frame as the tiles beneath them. */
export function Overlay({ layer, scene }: OverlayProps) {
  const store = useViewerStore();
  const viewer = useViewer((state) => state.viewer);
  const { shown, opacity } = useViewer(({ layers }) => layerOf(layers, layer));
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    if (!viewer || !canvas.current) return;
    const paint = painter(canvas.current);
    const draw = () => {
      const { view, peeking } = store.getState();
      paint.show(peeking || !shown ? null : view, scene);
    };
    draw();
    const unsubscribe = store.subscribe((now, before) => drawnFrom.some((part) => now[part] !== before[part]) && draw());
    return () => {
      unsubscribe();
      paint.stop();
    };
  }, [viewer, store, scene, shown]);

  if (!viewer?.canvas) return null; // a destroyed viewer has none
  return createPortal(<canvas ref={canvas} className={classes.overlay} data-layer={layer} style={{ opacity }} aria-hidden />, viewer.canvas);
}

const drawnFrom = ["view", "peeking"] as const satisfies readonly (keyof ViewerState)[];
