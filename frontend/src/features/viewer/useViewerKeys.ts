import { useHotkeys } from "@mantine/hooks";
import { fitSlide, panBy, zoomIn, zoomOut } from "./controls";
import { toggleGlands, toggleLesions } from "./store";
import { useHeldSpace } from "./useHeldSpace";

const PAN = 120;

/** The viewer's keys: + − 0 and arrows move, L and G toggle outlines, Space held hides them, F fills the screen. */
export function useViewerKeys(onFullScreen: () => void): void {
  useHotkeys([
    ["=", zoomIn],
    ["shift+=", zoomIn],
    ["+", zoomIn],
    ["-", zoomOut],
    ["0", fitSlide],
    ["ArrowLeft", () => panBy(-PAN, 0)],
    ["ArrowRight", () => panBy(PAN, 0)],
    ["ArrowUp", () => panBy(0, -PAN)],
    ["ArrowDown", () => panBy(0, PAN)],
    ["L", toggleLesions],
    ["G", toggleGlands],
    ["F", onFullScreen],
  ]);
  useHeldSpace();
}
