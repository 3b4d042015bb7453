import { useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { clear, drawScene, type Scene } from "./draw";
import { useViewer } from "./store";
import classes from "./SlideViewer.module.css";

/** Outlines over the tissue, drawn in the same frame as the tiles beneath them. */
export function Overlay({ scene }: { scene: Scene }) {
  const viewer = useViewer((state) => state.viewer);
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    if (!viewer) return;
    const draw = () => canvas.current && drawState(canvas.current, scene);
    draw();
    return useViewer.subscribe(draw);
  }, [viewer, scene]);

  if (!viewer?.canvas) return null; // a destroyed viewer has none
  return createPortal(<canvas ref={canvas} className={classes.overlay} aria-hidden />, viewer.canvas);
}

function drawState(canvas: HTMLCanvasElement, scene: Scene): void {
  const { view, peeking, lesionsShown, glandsShown } = useViewer.getState();
  if (!view || peeking) return clear(canvas);
  drawScene(canvas, view, {
    ...scene,
    outlines: lesionsShown ? scene.outlines : [],
    glands: glandsShown ? scene.glands : [],
  });
}
