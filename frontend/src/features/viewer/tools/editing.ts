import type { StoreApi } from "zustand";
import type { Mpp } from "../measure";
import type { Shape } from "../outlines";
import type { Command } from "./commands";
import type { Layer, Mode, Preview, Refusal, ToolKey } from "./tool";
import type { ToolName } from "./toolbox";

/** What the tools of one viewer share. */
export interface Editing {
  readonly tool: ToolName;
  /** Counts how often a tool was taken up: each time it begins anew. */
  readonly taken: number;
  readonly mode: Mode;
  readonly layer: Layer;
  /** The brush's radius in screen pixels: it covers more of the slide when one zooms out. */
  readonly brushPx: number;
  readonly preview: Preview | null;
  readonly refused: Refusal | null;
  /** What works on the shapes on screen; null where they cannot be changed. */
  readonly worker: Worker | null;
}

export interface Worker {
  /** The shapes of the layer at hand that are selected. */
  readonly selected: readonly Shape[];
  readonly mpp: Mpp | null;
  readonly run: (command: Command) => void;
  readonly press: (key: ToolKey) => boolean;
}

export const IDLE: Editing = {
  tool: "select",
  taken: 0,
  mode: "new",
  layer: "lesion",
  brushPx: 24,
  preview: null,
  refused: null,
  worker: null,
};

const BRUSH_STEP = 1.25;
const BRUSH_PX = [3, 200] as const;

type Store = Pick<StoreApi<Editing>, "getState"> & { setState: (change: Partial<Editing>) => void };

export function takeUp(store: Store, tool: ToolName): void {
  store.setState({ tool, taken: store.getState().taken + 1, preview: null, refused: null });
}

/** Begin to edit the outline of what is selected on a layer. */
export function editOutline(store: Store, layer: Layer): void {
  store.setState({ layer });
  takeUp(store, "vertices");
}

export function setMode(store: Store, mode: Mode): void {
  store.setState({ mode });
}

/** Edit the other layer; what was begun on this one is given up. */
export function switchLayer(store: Store): void {
  const { layer, tool } = store.getState();
  takeUp(store, tool);
  store.setState({ layer: layer === "lesion" ? "gland" : "lesion" });
}

export function resizeBrush(store: Store, direction: 1 | -1): void {
  const next = Math.round(store.getState().brushPx * BRUSH_STEP ** direction);
  store.setState({ brushPx: Math.min(BRUSH_PX[1], Math.max(BRUSH_PX[0], next)) });
}
