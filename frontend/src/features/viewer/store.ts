import type { Viewer } from "openseadragon";
import { createStore, type StoreApi } from "zustand";
import { PLAIN, type Appearance } from "./appearance";
import type { SlideToScreen } from "./geometry";
import type { MapChoice } from "./maps";
import { IDLE, type Editing } from "./tools/editing";

export interface ViewerState extends MapChoice, Editing {
  /** The viewer on screen, once its slide is open. */
  readonly viewer: Viewer | null;
  /** Where the slide stands on the screen in this frame; null until the slide is open. */
  readonly view: SlideToScreen | null;
  readonly lesionsShown: boolean;
  readonly glandsShown: boolean;
  /** How opaque outlines are, 0 to 1. */
  readonly outlineOpacity: number;
  readonly appearance: Appearance;
}

export type ViewerStore = StoreApi<ViewerState>;

const CLOSED = { viewer: null, view: null, peeking: false };

/** What the parts of one viewer share: canvas, overlay, toolbar, scale bar, tools, keys. */
export function createViewerStore(): ViewerStore {
  return createStore<ViewerState>(() => ({
    ...CLOSED,
    ...IDLE,
    lesionsShown: true,
    glandsShown: true,
    outlineOpacity: 1,
    appearance: PLAIN,
    map: null,
    mapOpacity: 0.6,
  }));
}

export function closeViewer(store: ViewerStore): void {
  store.setState(CLOSED);
}

export function toggleLesions(store: ViewerStore): void {
  store.setState(({ lesionsShown }) => ({ lesionsShown: !lesionsShown }));
}

export function toggleGlands(store: ViewerStore): void {
  store.setState(({ glandsShown }) => ({ glandsShown: !glandsShown }));
}

export function peek(store: ViewerStore, peeking: boolean): void {
  store.setState({ peeking });
}
