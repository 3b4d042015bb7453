import { useHotkeys } from "@mantine/hooks";
import { useEffect } from "react";
import { fitSlide, panBy, zoomIn, zoomOut } from "./controls";
import { peek, toggleGlands, toggleLesions } from "./store";

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

function useHeldSpace(): void {
  useEffect(() => {
    const listening = new AbortController();
    window.addEventListener("keydown", (event) => hold(event, true), listening);
    window.addEventListener("keyup", (event) => hold(event, false), listening);
    window.addEventListener("blur", () => peek(false), listening);
    return () => listening.abort();
  }, []);
}

/** Space means a peek, except where one types, or has gone by keyboard to something that Space presses. */
function hold(event: KeyboardEvent, peeking: boolean): void {
  if (event.code !== "Space") return;
  const target = event.target as HTMLElement;
  const presses = target.matches("input, textarea, select, :focus-visible") && !target.closest("[role='application']");
  if (!presses) event.preventDefault();
  peek(peeking && !presses);
}
