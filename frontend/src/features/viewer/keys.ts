/** Every key of the viewer and its tools; another table of the same ids can stand in for this one. */
export const DEFAULT_KEYS = {
  select: ["V"],
  polygon: ["P"],
  freehand: ["D"],
  brush: ["B"],
  eraser: ["X"],
  vertices: ["N"],
  split: ["C"],
  merge: ["M"],
  measureLength: ["T"],
  measureArea: ["shift+T"],
  fillHoles: ["H"],
  delete: ["Delete"],
  back: ["Backspace"],
  close: ["Enter"],
  cancel: ["Escape"],
  brushSmaller: ["["],
  brushLarger: ["]"],
  switchLayer: ["shift+L"],
  zoomIn: ["+", "=", "shift+="],
  zoomOut: ["-"],
  fit: ["0"],
  magnify1: ["1"],
  magnify2: ["2"],
  magnify3: ["3"],
  magnify4: ["4"],
  magnify5: ["5"],
  magnify6: ["6"],
  turnLeft: [","],
  turnRight: ["."],
  upright: ["shift+R"],
  panLeft: ["ArrowLeft"],
  panRight: ["ArrowRight"],
  panUp: ["ArrowUp"],
  panDown: ["ArrowDown"],
  lesions: ["L"],
  glands: ["G"],
  fullScreen: ["F"],
} as const satisfies Record<string, readonly string[]>;

export type KeyId = keyof typeof DEFAULT_KEYS;
export type KeyTable = Record<KeyId, readonly string[]>;

/** The key as one reads it beside a button. */
export function keyHint(id: KeyId, keys: KeyTable = DEFAULT_KEYS): string {
  return (keys[id][0] ?? "").replace("shift+", "⇧ ").replace("-", "−");
}
