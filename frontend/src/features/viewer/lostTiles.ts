import type { Tile, Viewer } from "openseadragon";
import { onReconnected } from "@/api/connection";

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/**
 * Ask again for tiles that could not be had, ever more seldom, and at once when the server answers again.
 *
 * Nothing that is drawn is taken away: coarser tiles stand in until the finer ones come. Returns how to stop.
 */
export function retryLostTiles(viewer: Viewer): () => void {
  const lost = new Set<Tile>();
  let wait = FIRST_WAIT_MS;
  let timer: number | undefined;

  function retry() {
    window.clearTimeout(timer);
    timer = undefined;
    lost.forEach((tile) => (tile.exists = true));
    lost.clear();
    viewer.world?.update(true); // looks for what is missing; a destroyed viewer has no world
  }

  viewer.addHandler("tile-load-failed", ({ tile }) => {
    lost.add(tile);
    if (timer !== undefined) return;
    timer = window.setTimeout(retry, wait);
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
  });
  viewer.addHandler("tile-loaded", () => void (wait = FIRST_WAIT_MS));
  const stop = onReconnected(() => {
    wait = FIRST_WAIT_MS;
    retry();
  });
  return () => {
    window.clearTimeout(timer);
    stop();
  };
}
