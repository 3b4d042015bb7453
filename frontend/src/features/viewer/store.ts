import type { Viewer } from "openseadragon";
import { create } from "zustand";
import type { SlideToScreen } from "./geometry";

interface ViewerState {
  /** The viewer on screen, once its slide is open. */
  readonly viewer: Viewer | null;
  /** Where the slide stands on the screen in this frame; null until the slide is open. */
  readonly view: SlideToScreen | null;
  readonly lesionsShown: boolean;
  readonly glandsShown: boolean;
  /** Whether the reader holds the overlays away for a look at the bare tissue. */
  readonly peeking: boolean;
}

const CLOSED = { viewer: null, view: null, peeking: false };

/** What the viewer's parts share: canvas, overlay, toolbar, scale bar, keys. */
export const useViewer = create<ViewerState>(() => ({ ...CLOSED, lesionsShown: true, glandsShown: true }));

export function closeViewer(): void {
  useViewer.setState(CLOSED);
}

export function toggleLesions(): void {
  useViewer.setState(({ lesionsShown }) => ({ lesionsShown: !lesionsShown }));
}

export function toggleGlands(): void {
  useViewer.setState(({ glandsShown }) => ({ glandsShown: !glandsShown }));
}

export function peek(peeking: boolean): void {
  useViewer.setState({ peeking });
}
