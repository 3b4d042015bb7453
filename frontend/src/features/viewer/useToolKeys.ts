import { useHotkeys, type HotkeyItem } from "@mantine/hooks";
import { useViewerStore } from "./context";
import { DEFAULT_KEYS } from "./keys";
import type { ViewerStore } from "./store";
import { resizeBrush, switchLayer, takeUp } from "./tools/editing";
import { isEditing, MEASURING, TOOLBOX, type ToolName } from "./tools/toolbox";
import type { ToolKey } from "./tools/tool";
import { isOnSlide } from "./useHeldSpace";
import { hotkeys } from "./useViewerKeys";

interface ToolKeys {
  active: boolean;
  editable: boolean;
  measurable: boolean;
}

/** The keys of the tools, for what can be done here. */
export function useToolKeys({ active, editable, measurable }: ToolKeys): void {
  const store = useViewerStore();
  const names = (Object.keys(TOOLBOX) as ToolName[]).filter((name) => {
    return name === "select" || (isEditing(name) ? editable : measurable && MEASURING.includes(name));
  });
  const tools = Object.fromEntries(names.map((name) => [name, () => takeUp(store, name)]));
  const edits = {
    brushSmaller: () => resizeBrush(store, -1),
    brushLarger: () => resizeBrush(store, 1),
    switchLayer: () => switchLayer(store),
    fillHoles: () => store.getState().worker?.run("fillHoles"),
  };
  const work: HotkeyItem[] = [...finishing(store), ...(editable ? [...hotkeys(edits), ...deleting(store)] : [])];
  useHotkeys(active ? [...hotkeys(tools), ...work] : []);
}

/** Enter, Backspace and Escape belong to the tool only while one is on the slide: elsewhere they press and close. */
function finishing(store: ViewerStore): HotkeyItem[] {
  const tell = (key: ToolKey) => (event: KeyboardEvent) => {
    if (isOnSlide(event.target as HTMLElement) && store.getState().worker?.press(key)) event.preventDefault();
  };
  return [
    ...DEFAULT_KEYS.close.map((key): HotkeyItem => [key, tell("close"), { preventDefault: false }]),
    ...DEFAULT_KEYS.back.map((key): HotkeyItem => [key, tell("back"), { preventDefault: false }]),
    ...DEFAULT_KEYS.cancel.map((key): HotkeyItem => [key, () => cancel(store), { preventDefault: false }]),
  ];
}

function deleting(store: ViewerStore): HotkeyItem[] {
  const remove = () => {
    const { worker } = store.getState();
    if (!worker?.press("delete")) worker?.run("delete");
  };
  return DEFAULT_KEYS.delete.map((key): HotkeyItem => [key, remove]);
}

/** Escape gives up what is being drawn, then the tool. */
function cancel(store: ViewerStore): void {
  const { tool, preview } = store.getState();
  if (tool !== "select") takeUp(store, preview?.line?.length ? tool : "select");
}
