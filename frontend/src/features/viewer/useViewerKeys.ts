import { useKeys, type Acts } from "@/lib/keys/useKeys";
import { useViewerStore } from "./context";
import { canShow, fitSlide, panBy, setUpright, turnBy, zoomIn, zoomOut, zoomToScale } from "./controls";
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

/** The keys that move the slide and choose what is drawn over it; `lib/keys/table.ts` says which. */
export function useViewerKeys({ active, mppX, onFullScreen }: ViewerKeys): void {
  const store = useViewerStore();
  const acts: Acts = {
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
  useKeys(acts, active);
  useHeldSpace(active);
}

function magnifying(store: ViewerStore, mppX: number | null): Acts {
  if (mppX === null) return {};
  return Object.fromEntries(
    MAGNIFICATIONS.map((magnification, index) => {
      const scale = mppX / umPerPixelAt(magnification);
      return [`magnify${index + 1}`, () => canShow(scale) && zoomToScale(store, scale)];
    }),
  );
}
