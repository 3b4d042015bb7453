import type { Viewer } from "openseadragon";
import { create } from "zustand";
import type { SlideToScreen } from "./geometry";
import type { MapChoice } from "./maps";

interface ViewerState extends MapChoice {
  /** The viewer on screen, once its slide is open. */
  readonly viewer: Viewer | null;
  /** Where the slide stands on the screen in this frame; null until the slide is open. */
  readonly view: SlideToScreen | null;
  readonly lesionsShown: boolean;
  readonly glandsShown: boolean;
}

const CLOSED = { viewer: null, view: null, peeking: false };

/** What the viewer's parts share: canvas, overlay, toolbar, scale bar, keys. */
export const useViewer = create<ViewerState>(() => ({ ...CLOSED, lesionsShown: true, glandsShown: true, map: null, mapOpacity: 0.6 }));

export function closeViewer(): void {
  useViewer.setState(CLOSED);
}

export function toggleLesions(): void {
  useViewer.setState(({ lesionsShown }) => ({ lesionsShown: !lesionsShown }));
}

export function toggleGlands(): void {
  useViewer.setState(({ glandsShown }) => ({ glandsShown: !glandsShown }));
}

export function chooseMap(map: string | null): void {
  useViewer.setState({ map });
}

export function setMapOpacity(mapOpacity: number): void {
  useViewer.setState({ mapOpacity });
}

export function peek(peeking: boolean): void {
  useViewer.setState({ peeking });
}
