import type { SlideMap } from "@/api/types";

/** A map as OpenSeadragon takes it, in viewport units: it may reach a little beyond the slide, which is 1 wide. */
export function mapLayer(map: SlideMap, slideWidth: number) {
  return {
    tileSource: {
      width: map.width,
      height: map.height,
      tileSize: map.tile_size,
      tileOverlap: 0,
      minLevel: 0,
      maxLevel: map.finest_level,
      getTileUrl: (level: number, column: number, row: number) => `${map.url}/${level}/${column}_${row}.png`,
    },
    x: 0,
    y: 0,
    width: map.slide_width / slideWidth,
  };
}

/** The legend of values as a CSS gradient from 0 to 1. */
export function gradientOf(map: SlideMap): string {
  return `linear-gradient(to right, ${map.legend.map(({ colour }) => colour).join(", ")})`;
}
