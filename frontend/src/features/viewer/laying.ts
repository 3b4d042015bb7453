import type { TiledImage, Viewer } from "openseadragon";

type Picture = Parameters<Viewer["addTiledImage"]>[0];

/** Lay a picture over all others of a viewer; returns what takes it away, also while it is still on its way. */
export function layOver(over: Viewer, picture: Picture, onLaid: (layer: TiledImage) => void): () => void {
  let layer: TiledImage | null = null;
  let wanted = true;
  over.addTiledImage({
    ...picture,
    success: (event) => {
      layer = (event as unknown as { item: TiledImage }).item;
      if (!wanted) return remove(over, layer);
      onLaid(layer);
      over.forceRedraw(); // or it stays blank until the slide moves (openseadragon#2925)
    },
  });
  return () => {
    wanted = false;
    if (layer) remove(over, layer);
  };
}

function remove(over: Viewer, layer: TiledImage): void {
  const { world } = over as { world: Viewer["world"] | null }; // a destroyed viewer has none
  if (world && world.getIndexOfItem(layer) >= 0) world.removeItem(layer);
}
