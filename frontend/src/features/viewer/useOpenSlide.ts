import { useEffect, useState, type RefObject } from "react";
import { onReconnected } from "@/api/connection";
import { useViewerStore } from "./context";
import { retryLostTiles } from "./lostTiles";
import { openSlide, viewOf } from "./openseadragon";
import { closeViewer } from "./store";

/**
 * Keep a slide open in an element, and say in the store where it stands in every frame; returns whether it could not be
 * opened. It is tried again when the server answers again.
 */
export function useOpenSlide(element: RefObject<HTMLElement | null>, deepzoomUrl: string, onTileLost: () => void): boolean {
  const store = useViewerStore();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const viewer = openSlide(element.current!, deepzoomUrl);
    const follow = () => store.setState({ view: viewOf(viewer) });
    viewer.addHandler("open", () => {
      setFailed(false);
      store.setState({ viewer });
      follow();
    });
    viewer.addHandler("update-viewport", follow);
    viewer.addHandler("resize", follow);
    viewer.addHandler("open-failed", () => setFailed(true));
    viewer.addHandler("tile-load-failed", onTileLost);
    const openAgain = () => viewer.isOpen() || viewer.open({ tileSource: deepzoomUrl });
    const stops = [...[viewer, viewer.navigator].map(retryLostTiles), onReconnected(openAgain)];
    return () => {
      stops.forEach((stop) => stop());
      setFailed(false);
      closeViewer(store);
      viewer.destroy();
    };
  }, [store, element, deepzoomUrl, onTileLost]);
  return failed;
}
