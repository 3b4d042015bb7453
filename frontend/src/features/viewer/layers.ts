import type { SlideMap } from "@/api/types";

/** Something that lies over the tissue: whether it is shown, and how opaque, 0 to 1. */
export interface Layer {
  readonly shown: boolean;
  readonly opacity: number;
}

/** The outlines of lesions, those of glands, and each map by its name. */
export type Layers = Readonly<Record<string, Layer>>;

export const LESIONS = "lesions";
export const GLANDS = "glands";

const OUTLINES: Layer = { shown: true, opacity: 1 };
const A_MAP: Layer = { shown: false, opacity: 0.6 };

/** A layer as the reader wants it, or as it is at first. */
export function layerOf(layers: Layers, name: string): Layer {
  return layers[name] ?? (name === LESIONS || name === GLANDS ? OUTLINES : A_MAP);
}

export function withLayer(layers: Layers, name: string, change: Partial<Layer>): Layers {
  return { ...layers, [name]: { ...layerOf(layers, name), ...change } };
}

/** The maps to show, of those that this analysis has. */
export function shownMaps(maps: readonly SlideMap[], layers: Layers): readonly SlideMap[] {
  return maps.filter(({ name }) => layerOf(layers, name).shown);
}
