import type { TiledImage, Viewer } from "openseadragon";
import { useEffect } from "react";
import type { SlideMap } from "@/api/types";
import { useViewer, useViewerStore } from "./context";
import { mapLayer, opacityOf } from "./maps";
import type { ViewerStore } from "./store";

/** Keep a map laid over the open slide, as opaque as the reader wants it. */
export function useMapLayer(map: SlideMap | null): void {
  const store = useViewerStore();
  const viewer = useViewer((state) => state.viewer);
  useEffect(() => (viewer && map ? layOver(viewer, store, map) : undefined), [viewer, store, map]);
}

/** Lay a map over the slide; returns what takes it away. */
function layOver(viewer: Viewer, store: ViewerStore, map: SlideMap): () => void {
  let layer: TiledImage | null = null;
  let wanted = true;
  const slide = viewer.world.getItemAt(0);
  viewer.addTiledImage({
    ...mapLayer(map, slide.getContentSize().x),
    opacity: opacityOf(store.getState()),
    success: (event) => {
      layer = (event as unknown as { item: TiledImage }).item;
      if (!wanted) return remove(viewer, layer);
      viewer.forceRedraw(); // or it stays blank until the slide moves (openseadragon#2925)
    },
  });
  const unsubscribe = store.subscribe((state) => layer?.setOpacity(opacityOf(state)));
  return () => {
    wanted = false;
    unsubscribe();
    if (layer) remove(viewer, layer);
  };
}

function remove(viewer: Viewer, layer: TiledImage): void {
  const { world } = viewer as { world: Viewer["world"] | null }; // a destroyed viewer has none
  if (world && world.getIndexOfItem(layer) >= 0) world.removeItem(layer);
}
