import { useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { useViewer, useViewerStore } from "./context";
import type { Scene } from "./draw";
import { painter } from "./painter";
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
    if (!viewer || !canvas.current) return;
    const [paint, shown] = [painter(canvas.current), shownOf(scene)];
    const draw = () => {
      const { view, peeking, lesionsShown, glandsShown } = store.getState();
      paint.show(peeking ? null : view, shown(lesionsShown, glandsShown));
    };
    draw();
    const unsubscribe = store.subscribe((now, before) => drawnFrom.some((part) => now[part] !== before[part]) && draw());
    return () => {
      unsubscribe();
      paint.stop();
    };
  }, [viewer, store, scene]);

  if (!viewer?.canvas) return null; // a destroyed viewer has none
  return createPortal(<canvas ref={canvas} className={classes.overlay} style={{ opacity }} aria-hidden />, viewer.canvas);
}

const drawnFrom = ["view", "peeking", "lesionsShown", "glandsShown"] as const satisfies readonly (keyof ViewerState)[];

/** The scene with its layers on or off; the same object for the same choice, so that one sees what is drawn already. */
function shownOf(scene: Scene): (lesions: boolean, glands: boolean) => Scene {
  const known = new Map<string, Scene>();
  return (lesions, glands) => {
    const key = `${lesions} ${glands}`;
    const shown = known.get(key) ?? { ...scene, outlines: lesions ? scene.outlines : NOTHING, glands: glands ? scene.glands : NOTHING };
    known.set(key, shown);
    return shown;
  };
}
