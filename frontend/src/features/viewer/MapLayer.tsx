import type { TiledImage, Viewer } from "openseadragon";
import { useEffect, useState } from "react";
import type { SlideMap } from "@/api/types";
import { useViewer } from "./context";
import { layerOf } from "./layers";
import { mapLayer } from "./maps";

interface MapLayerProps {
  /** The viewer that holds the maps. */
  over: Viewer;
  map: SlideMap;
  slideWidth: number;
}

/** One map, as opaque as the reader wants it. */
export function MapLayer({ over, map, slideWidth }: MapLayerProps) {
  const opacity = useViewer(({ layers }) => layerOf(layers, map.name).opacity);
  const [layer, setLayer] = useState<TiledImage | null>(null);
  useEffect(() => layOver(over, map, slideWidth, setLayer), [over, map, slideWidth]);
  useEffect(() => void layer?.setOpacity(opacity), [layer, opacity]);
  return null;
}

/** Lay a map over the slide; returns what takes it away. */
function layOver(over: Viewer, map: SlideMap, slideWidth: number, onLaid: (layer: TiledImage | null) => void): () => void {
  let layer: TiledImage | null = null;
  let wanted = true;
  over.addTiledImage({
    ...mapLayer(map, slideWidth),
    opacity: 0,
    success: (event) => {
      layer = (event as unknown as { item: TiledImage }).item;
      if (!wanted) return remove(over, layer);
      onLaid(layer);
      over.forceRedraw(); // or it stays blank until the slide moves (openseadragon#2925)
    },
  });
  return () => {
    wanted = false;
    onLaid(null);
    if (layer) remove(over, layer);
  };
}

function remove(over: Viewer, layer: TiledImage): void {
  const { world } = over as { world: Viewer["world"] | null }; // a destroyed viewer has none
  if (world && world.getIndexOfItem(layer) >= 0) world.removeItem(layer);
}
