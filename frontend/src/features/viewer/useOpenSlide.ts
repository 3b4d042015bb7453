import { useEffect, useState, type RefObject } from "react";
import { openSlide, viewOf } from "./openseadragon";
import { closeViewer, useViewer } from "./store";

/** Keep a slide open in an element, and say in the store where it stands in every frame. */
export function useOpenSlide(element: RefObject<HTMLElement | null>, deepzoomUrl: string, onTileLost: () => void): boolean {
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const viewer = openSlide(element.current!, deepzoomUrl);
    const follow = () => useViewer.setState({ view: viewOf(viewer) });
    viewer.addHandler("open", () => {
      useViewer.setState({ viewer });
      follow();
    });
    viewer.addHandler("update-viewport", follow);
    viewer.addHandler("resize", follow);
    viewer.addHandler("open-failed", () => setFailed(true));
    viewer.addHandler("tile-load-failed", onTileLost);
    return () => {
      setFailed(false);
      closeViewer();
      viewer.destroy();
    };
  }, [element, deepzoomUrl, onTileLost]);
  return failed;
}
