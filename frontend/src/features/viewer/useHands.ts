import { useEffect, useRef } from "react";
import { useViewer, useViewerStore } from "./context";
import { panBy, pinchBy } from "./controls";
import { screenPoint, screenToSlide } from "./geometry";
import { gestures, type Claim, type Hands, type Pointer } from "./gestures";
import type { ViewerStore } from "./store";
import type { Step } from "./tools/tool";

const MIDDLE = 1;
const PEN_ERASER = 5;

/** What the tool in hand does with steps on the slide; null while there is none. */
export interface Stroke {
  takes(step: Step): boolean;
  press(step: Step): void;
  drag(step: Step): void;
  release(step: Step): void;
  hover(step: Step): void;
  abort(): void;
}

/** Lead pointers to the tool in hand; the middle button, Space and two fingers move the slide with any tool. */
export function useHands(stroke: Stroke | null): void {
  const store = useViewerStore();
  const viewer = useViewer((state) => state.viewer);
  const latest = useRef(stroke);
  useEffect(() => {
    latest.current = stroke;
  }, [stroke]);
  useEffect(() => {
    const container = viewer?.container;
    if (container) return listen(container, store, () => latest.current);
  }, [viewer, store]);
}

function listen(container: HTMLElement, store: ViewerStore, stroke: () => Stroke | null): () => void {
  const listening = new AbortController();
  const capture = { capture: true, signal: listening.signal };
  let event: PointerEvent;

  const stepAt = (pointer: Pointer): Step | null => {
    const { view } = store.getState();
    return view && { point: screenToSlide(screenPoint(pointer.x, pointer.y), view), ...heldWith(event) };
  };
  const tell = (what: "press" | "drag" | "release", pointer: Pointer) => {
    const step = stepAt(pointer);
    if (step) stroke()?.[what](step);
  };

  function claim(pointer: Pointer): Claim | null {
    if (pointer.button === MIDDLE || store.getState().peeking) return "pan";
    if (pointer.button !== 0 && pointer.button !== PEN_ERASER) return null;
    const step = stepAt(pointer);
    return step && stroke()?.takes(step) ? "stroke" : null;
  }

  const hands: Hands = {
    claim,
    press: (pointer) => tell("press", pointer),
    drag: (pointer) => tell("drag", pointer),
    release: (pointer) => tell("release", pointer),
    abort: () => stroke()?.abort(),
    pan: (x, y) => panBy(store, -x, -y, true),
    zoom: (factor, x, y) => pinchBy(store, factor, x, y),
  };
  const hand = gestures(hands);

  function lead(what: keyof typeof hand, happened: PointerEvent): void {
    event = happened;
    const pointer = pointerOf(container, happened);
    if (!hand[what](pointer)) return hoverUnclaimed(what, pointer);
    happened.stopPropagation();
    if (what === "down") {
      container.setPointerCapture(happened.pointerId);
      store.getState().viewer?.canvas.focus({ preventScroll: true });
    }
  }

  function hoverUnclaimed(what: keyof typeof hand, pointer: Pointer): void {
    const step = what === "move" && event.buttons === 0 ? stepAt(pointer) : null;
    if (step) stroke()?.hover(step);
  }

  container.addEventListener("pointerdown", (one) => lead("down", one), capture);
  container.addEventListener("pointermove", (one) => coalesced(one).forEach((part) => lead("move", part)), capture);
  container.addEventListener("pointerup", (one) => lead("up", one), capture);
  container.addEventListener("pointercancel", (one) => lead("cancel", one), capture);
  container.addEventListener("contextmenu", (one) => stroke() && one.preventDefault(), capture);
  container.addEventListener("mousedown", (one) => one.button === MIDDLE && one.preventDefault(), capture); // no autoscroll
  return () => listening.abort();
}

/** All that happened since the last frame, so that a quick hand draws no corners. */
function coalesced(event: PointerEvent): readonly PointerEvent[] {
  const parts = event.getCoalescedEvents();
  return parts.length > 0 && event.buttons !== 0 ? [...parts.slice(0, -1), event] : [event];
}

function heldWith({ shiftKey, ctrlKey, altKey, metaKey, buttons, button }: PointerEvent) {
  return { adds: shiftKey, subtracts: ctrlKey || altKey || metaKey || (buttons & 32) !== 0 || button === PEN_ERASER };
}

function pointerOf(container: HTMLElement, event: PointerEvent): Pointer {
  const box = container.getBoundingClientRect();
  const { pointerId: id, pointerType: kind, button } = event;
  return { id, kind, button, x: event.clientX - box.left, y: event.clientY - box.top };
}
