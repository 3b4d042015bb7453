import { useHotkeys, type HotkeyItem } from "@mantine/hooks";
import { useViewerStore } from "./context";
import { canShow, fitSlide, panBy, setUpright, turnBy, zoomIn, zoomOut, zoomToScale } from "./controls";
import { DEFAULT_KEYS, type KeyId } from "./keys";
import { MAGNIFICATIONS, umPerPixelAt } from "./scale";
import { toggleGlands, toggleLesions, type ViewerStore } from "./store";
import { useHeldSpace } from "./useHeldSpace";

const PAN = 120;
export const TURN = 15;

interface ViewerKeys {
  /** Whether the keys are meant for this viewer, where there are two. */
  active: boolean;
  mppX: number | null;
  onFullScreen: () => void;
}

/** The keys that move the slide and choose what is drawn over it; `keys.ts` says which. */
export function useViewerKeys({ active, mppX, onFullScreen }: ViewerKeys): void {
  const store = useViewerStore();
  const acts: Partial<Record<KeyId, () => void>> = {
    zoomIn: () => zoomIn(store),
    zoomOut: () => zoomOut(store),
    fit: () => fitSlide(store),
    turnLeft: () => turnBy(store, -TURN),
    turnRight: () => turnBy(store, TURN),
    upright: () => setUpright(store),
    panLeft: () => panBy(store, -PAN, 0),
    panRight: () => panBy(store, PAN, 0),
    panUp: () => panBy(store, 0, -PAN),
    panDown: () => panBy(store, 0, PAN),
    lesions: () => toggleLesions(store),
    glands: () => toggleGlands(store),
    fullScreen: onFullScreen,
    ...magnifying(store, mppX),
  };
  useHotkeys(active ? hotkeys(acts) : []);
  useHeldSpace(active);
}

function magnifying(store: ViewerStore, mppX: number | null): Partial<Record<KeyId, () => void>> {
  if (mppX === null) return {};
  return Object.fromEntries(
    MAGNIFICATIONS.map((magnification, index) => {
      const scale = mppX / umPerPixelAt(magnification);
      return [`magnify${index + 1}`, () => canShow(scale) && zoomToScale(store, scale)];
    }),
  );
}

/** Bind what is to be done to the keys of the table. */
export function hotkeys(acts: Partial<Record<KeyId, () => void>>): HotkeyItem[] {
  return Object.entries(acts).flatMap(([id, act]) => DEFAULT_KEYS[id as KeyId].map((key): HotkeyItem => [key, act]));
}
