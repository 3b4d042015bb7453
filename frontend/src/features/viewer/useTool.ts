import { useEffect, useMemo } from "react";
import { useViewer, useViewerStore } from "./context";
import type { SlideSize } from "./geometry";
import type { Mpp } from "./measure";
import type { ShapeIndex } from "./shapeIndex";
import type { ViewerStore } from "./store";
import { COMMANDS } from "./tools/commands";
import { takeUp } from "./tools/editing";
import type { Answer, Bench, ShapeChange } from "./tools/tool";
import { isEditing, TOOLBOX } from "./tools/toolbox";
import type { Stroke } from "./useHands";

/** How near the pointer must come, in screen pixels. */
const REACH_PX = 9;

interface Work {
  /** The shapes of the layer at hand. */
  shapes: ShapeIndex;
  selected: readonly string[];
  mpp: Mpp | null;
  onSelect: (ids: readonly string[]) => void;
  /** Without it, shapes can be looked at and measured, not changed. */
  onShapeChange: ((change: ShapeChange) => void) | undefined;
}

/** Let the tool in hand work on the shapes; returns what pointers do with it. */
export function useTool(work: Work): Stroke | null {
  const store = useViewerStore();
  const name = useViewer((state) => state.tool);
  const { shapes, selected, mpp, onSelect, onShapeChange } = work;
  const picked = useMemo(() => new Set(selected), [selected]);
  const taken = useViewer((state) => state.taken);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- a tool that is taken up again begins anew
  const tool = useMemo(() => TOOLBOX[name]?.() ?? null, [name, taken]);

  const hand = useMemo(() => {
    const bench = () => benchOf(store, { shapes, picked, mpp });
    const answer = (answer: Answer | null | undefined) => answer && follow(store, answer, { onSelect, onShapeChange });
    return { bench, answer };
  }, [store, shapes, picked, mpp, onSelect, onShapeChange]);

  useEffect(() => {
    if (!onShapeChange && isEditing(name)) return takeUp(store, "select");
    const { bench, answer } = hand;
    store.setState({
      worker: {
        selected: bench().selected,
        mpp,
        run: (command) => onShapeChange && answer(COMMANDS[command](bench())),
        press(key) {
          const said = tool?.key?.(key, bench());
          answer(said);
          return said !== null && said !== undefined;
        },
      },
    });
    return () => store.setState({ worker: null });
  }, [store, tool, name, hand, mpp, onShapeChange]);

  return useMemo(() => {
    if (!tool || (!onShapeChange && isEditing(name))) return null;
    const { bench, answer } = hand;
    return {
      takes: (step) => tool.takes(step, bench()),
      press: (step) => answer(tool.press?.(step, bench())),
      drag: (step) => answer(tool.drag?.(step, bench())),
      release: (step) => answer(tool.release?.(step, bench())),
      hover: (step) => answer(tool.hover?.(step, bench())),
      abort: () => answer(tool.abort?.()),
    };
  }, [tool, name, hand, onShapeChange]);
}

function benchOf(store: ViewerStore, { shapes, picked, mpp }: { shapes: ShapeIndex; picked: ReadonlySet<string>; mpp: Mpp | null }): Bench {
  const { view, viewer, layer, mode, brushPx } = store.getState();
  const scale = view?.scale ?? 1;
  return {
    layer,
    mode,
    mpp,
    shapes: shapes.all,
    selected: shapes.all.filter(({ id }) => picked.has(id)),
    slide: sizeOf(viewer),
    radius: brushPx / scale,
    reach: REACH_PX / scale,
  };
}

function sizeOf(viewer: ReturnType<ViewerStore["getState"]>["viewer"]): SlideSize {
  const image = viewer?.world?.getItemAt(0); // none once the viewer is destroyed
  const { x: width, y: height } = image?.getContentSize() ?? { x: 0, y: 0 };
  return { width, height };
}

/** Show, select, and hand over what came of a step. */
function follow(store: ViewerStore, answer: Answer, { onSelect, onShapeChange }: Pick<Work, "onSelect" | "onShapeChange">): void {
  const { preview, change, select, refused } = answer;
  if (preview !== undefined) store.setState({ preview });
  if (change || refused) store.setState({ refused: refused ?? null });
  if (select) onSelect(select);
  if (change) onShapeChange?.(change);
}
