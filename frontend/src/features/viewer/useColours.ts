import type { Viewer } from "openseadragon";
import { useEffect } from "react";
import { useViewer } from "./context";
import { layOver } from "./laying";

/** Show the slide in sRGB while the reader wants that; where it is looked at stays. */
export function useColours(srgbUrl: string | null | undefined): void {
  const viewer = useViewer((state) => state.viewer);
  const wanted = useViewer((state) => state.srgb);
  useEffect(() => {
    if (viewer && wanted && srgbUrl) return showInSrgb(viewer, srgbUrl);
  }, [viewer, wanted, srgbUrl]);
}

/** The stored colours lie under it until it is there, and load no tiles afterwards. */
function showInSrgb(viewer: Viewer, url: string): () => void {
  const stored = viewer.world.getItemAt(0);
  const takeAway = layOver(viewer, { tileSource: url }, (srgb) => {
    srgb.addOnceHandler("fully-loaded-change", () => stored.setOpacity(0));
  });
  return () => {
    stored.setOpacity(1);
    takeAway();
  };
}
