import type { TiledImage, Viewer } from "openseadragon";
import { useEffect } from "react";
import type { SlideMap } from "@/api/types";
import { mapLayer, opacityOf } from "./maps";
import { useViewer } from "./store";

/** Keep a map laid over the open slide, as opaque as the reader wants it. */
export function useMapLayer(map: SlideMap | null): void {
  const viewer = useViewer((state) => state.viewer);
  useEffect(() => (viewer && map ? layOver(viewer, map) : undefined), [viewer, map]);
}

/** Lay a map over the slide; returns what takes it away. */
function layOver(viewer: Viewer, map: SlideMap): () => void {
  let layer: TiledImage | null = null;
  let wanted = true;
  const slide = viewer.world.getItemAt(0);
  viewer.addTiledImage({
    ...mapLayer(map, slide.getContentSize().x),
    opacity: opacityOf(useViewer.getState()),
    success: (event) => {
      layer = (event as unknown as { item: TiledImage }).item;
      if (!wanted) return remove(viewer, layer);
      viewer.forceRedraw(); // or it stays blank until the slide moves (openseadragon#2925)
    },
  });
  const unsubscribe = useViewer.subscribe((state) => layer?.setOpacity(opacityOf(state)));
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
