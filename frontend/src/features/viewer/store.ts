import type { Viewer } from "openseadragon";
import { createStore, type StoreApi } from "zustand";
import { PLAIN, type Appearance } from "./appearance";
import type { SlideToScreen } from "./geometry";
import { GLANDS, layerOf, LESIONS, withLayer, type Layer, type Layers } from "./layers";
import { IDLE, type Editing } from "./tools/editing";

export interface ViewerState extends Editing {
  /** The viewer on screen, once its slide is open. */
  readonly viewer: Viewer | null;
  /** Where the slide stands on the screen in this frame; null until the slide is open. */
  readonly view: SlideToScreen | null;
  /** Whether the reader holds everything away for a look at the bare tissue. */
  readonly peeking: boolean;
  readonly layers: Layers;
  readonly appearance: Appearance;
  /** Whether its colours are those of the file's profile, and not as they are stored. */
  readonly srgb: boolean;
}

export type ViewerStore = StoreApi<ViewerState>;

const CLOSED = { viewer: null, view: null, peeking: false };

/** What the parts of one viewer share: canvas, overlay, toolbar, scale bar, tools, keys. */
export function createViewerStore(): ViewerStore {
  return createStore<ViewerState>(() => ({
    ...CLOSED,
    ...IDLE,
    layers: {},
    appearance: PLAIN,
    srgb: false,
  }));
}

export function closeViewer(store: ViewerStore): void {
  store.setState(CLOSED);
}

export function changeLayer(store: ViewerStore, name: string, change: Partial<Layer>): void {
  store.setState(({ layers }) => ({ layers: withLayer(layers, name, change) }));
}

export function toggleLesions(store: ViewerStore): void {
  toggle(store, LESIONS);
}

export function toggleGlands(store: ViewerStore): void {
  toggle(store, GLANDS);
}

function toggle(store: ViewerStore, name: string): void {
  changeLayer(store, name, { shown: !layerOf(store.getState().layers, name).shown });
}

export function peek(store: ViewerStore, peeking: boolean): void {
  store.setState({ peeking });
}
