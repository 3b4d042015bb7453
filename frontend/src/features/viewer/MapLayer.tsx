import type { TiledImage, Viewer } from "openseadragon";
import { useEffect, useState } from "react";
import type { SlideMap } from "@/api/types";
import { useViewer } from "./context";
import { layerOf } from "./layers";
import { layOver } from "./laying";
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
  useEffect(() => {
    const takeAway = layOver(over, { ...mapLayer(map, slideWidth), opacity: 0 }, setLayer);
    return () => {
      setLayer(null);
      takeAway();
    };
  }, [over, map, slideWidth]);
  useEffect(() => void layer?.setOpacity(opacity), [layer, opacity]);
  return null;
}
