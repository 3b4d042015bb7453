import { useKeys, type Acts } from "@/lib/keys/useKeys";
import { useViewerStore } from "./context";
import type { ViewerStore } from "./store";
import { resizeBrush, switchLayer, takeUp } from "./tools/editing";
import { isEditing, MEASURING, TOOLBOX, type ToolName } from "./tools/toolbox";
import type { ToolKey } from "./tools/tool";
import { isOnSlide } from "./useHeldSpace";

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
  const edits: Acts = {
    brushSmaller: () => resizeBrush(store, -1),
    brushLarger: () => resizeBrush(store, 1),
    switchLayer: () => switchLayer(store),
    fillHoles: () => store.getState().worker?.run("fillHoles"),
    delete: () => remove(store),
  };
  useKeys({ ...tools, ...finishing(store), ...(editable && edits) }, active);
}

/** To finish, to go back and to cancel belong to the tool only while one is on the slide: elsewhere they press and close. */
function finishing(store: ViewerStore): Acts {
  const tell = (key: ToolKey) => (event: KeyboardEvent) =>
    isOnSlide(event.target as HTMLElement) && (store.getState().worker?.press(key) ?? false);
  return { close: tell("close"), back: tell("back"), cancel: () => cancel(store) };
}

function remove(store: ViewerStore): void {
  const { worker } = store.getState();
  if (!worker?.press("delete")) worker?.run("delete");
}

/** Escape gives up what is being drawn, then the tool. */
function cancel(store: ViewerStore): boolean {
  const { tool, preview } = store.getState();
  if (tool === "select") return false;
  takeUp(store, preview?.line?.length ? tool : "select");
  return true;
}
