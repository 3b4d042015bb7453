import type { CanvasDragEvent, Viewer } from "openseadragon";
import { useEffect } from "react";
import { useViewer, useViewerStore } from "./context";
import { turnBy } from "./controls";
import type { ViewerStore } from "./store";

/** Turn the slide about the middle of the screen by a drag with Shift held. */
export function useTurning(): void {
  const store = useViewerStore();
  const viewer = useViewer((state) => state.viewer);
  useEffect(() => (viewer ? listen(viewer, store) : undefined), [viewer, store]);
}

function listen(viewer: Viewer, store: ViewerStore): () => void {
  function turn(event: CanvasDragEvent) {
    if (!isHeld(event)) return;
    event.preventDefaultAction = true;
    turnBy(store, angleOf(viewer, event), true);
  }
  function end(event: Held & { preventDefaultAction?: boolean }) {
    if (isHeld(event)) event.preventDefaultAction = true; // no gliding on
  }
  viewer.addHandler("canvas-drag", turn);
  viewer.addHandler("canvas-drag-end", end);
  return () => {
    viewer.removeHandler("canvas-drag", turn);
    viewer.removeHandler("canvas-drag-end", end);
  };
}

interface Held {
  originalEvent: Event;
}

const isHeld = ({ originalEvent }: Held) => (originalEvent as PointerEvent).shiftKey;

/** How far one went about the middle of the screen, in degrees clockwise. */
function angleOf(viewer: Viewer, { position, delta }: CanvasDragEvent): number {
  const { x, y } = viewer.viewport.getContainerSize();
  const [across, down] = [position.x - x / 2, position.y - y / 2];
  const turned = ((Math.atan2(down, across) - Math.atan2(down - delta.y, across - delta.x)) * 180) / Math.PI;
  return turned - 360 * Math.round(turned / 360);
}
