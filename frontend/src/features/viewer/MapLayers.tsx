import type { Viewer } from "openseadragon";
import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import type { SlideMap } from "@/api/types";
import { useViewer, useViewerStore } from "./context";
import { standWith } from "./controls";
import { retryLostTiles } from "./lostTiles";
import { MapLayer } from "./MapLayer";
import { openOver } from "./openseadragon";
import classes from "./SlideViewer.module.css";

/**
 * Maps over the tissue, in a viewer of their own that follows the slide.
 *
 * What changes how the tissue looks leaves their colours alone: a legend would be wrong otherwise.
 */
export function MapLayers({ maps }: { maps: readonly SlideMap[] }) {
  const viewer = useViewer((state) => state.viewer);
  if (!viewer?.canvas || maps.length === 0) return null;
  return createPortal(<Over viewer={viewer} maps={maps} />, viewer.canvas);
}

function Over({ viewer, maps }: { viewer: Viewer; maps: readonly SlideMap[] }) {
  const store = useViewerStore();
  const peeking = useViewer((state) => state.peeking);
  const element = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState<Viewer | null>(null);
  useEffect(() => {
    const opened = openOver(element.current!);
    const follow = () => standWith(opened, viewer);
    opened.addHandler("resize", follow);
    const stop = retryLostTiles(opened);
    const unsubscribe = store.subscribe((now, before) => now.view !== before.view && follow());
    follow();
    setOver(opened);
    return () => {
      unsubscribe();
      stop();
      setOver(null);
      opened.destroy();
    };
  }, [store, viewer]);
  const slideWidth = viewer.world?.getItemAt(0)?.getContentSize().x;
  return (
    <div className={classes.maps} style={{ opacity: peeking ? 0 : 1 }} aria-hidden>
      <div ref={element} className={classes.slide} />
      {over && slideWidth && maps.map((map) => <MapLayer key={map.url} over={over} map={map} slideWidth={slideWidth} />)}
    </div>
  );
}
