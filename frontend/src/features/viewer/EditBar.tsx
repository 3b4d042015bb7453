import { Button, Group, SegmentedControl, Slider, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useKeyHint } from "@/lib/keys/mapping";
import { useViewer, useViewerStore } from "./context";
import { CommandButtons } from "./CommandButtons";
import classes from "./EditBar.module.css";
import { SelectedFacts } from "./SelectedFacts";
import { ToolButtons } from "./ToolButtons";
import { setMode, switchLayer, takeUp } from "./tools/editing";
import type { Layer, Mode } from "./tools/tool";

const LAYERS = ["lesion", "gland"] as const satisfies readonly Layer[];
const MODES = ["new", "add", "subtract"] as const satisfies readonly Mode[];

/** The tools that draw and edit shapes, for a panel beside the viewer. */
export function EditBar() {
  const { t } = useTranslation("tools");
  const store = useViewerStore();
  const { layer, mode, tool } = { layer: useViewer((s) => s.layer), mode: useViewer((s) => s.mode), tool: useViewer((s) => s.tool) };
  return (
    <Stack component="section" gap={6} aria-label={t("draw")} className={classes.bar}>
      <Group gap={6} justify="space-between">
        <ToolButtons />
        <CommandButtons />
      </Group>
      <Group gap={6} justify="space-between">
        <SegmentedControl
          size="xs"
          aria-label={t("layer")}
          value={layer}
          data={LAYERS.map((value) => ({ value, label: t(`layers.${value}`) }))}
          onChange={(value) => value !== layer && switchLayer(store)}
        />
        <SegmentedControl
          size="xs"
          aria-label={t("mode")}
          value={mode}
          data={MODES.map((value) => ({ value, label: t(`modes.${value}`) }))}
          onChange={(value) => setMode(store, value as Mode)}
        />
      </Group>
      {(tool === "brush" || tool === "eraser") && <BrushSize />}
      {(tool === "polygon" || tool === "merge" || tool === "measureArea") && <FinishButtons />}
      <SelectedFacts />
      <Hint />
    </Stack>
  );
}

function BrushSize() {
  const { t } = useTranslation("tools");
  const store = useViewerStore();
  const pixels = useViewer((state) => state.brushPx);
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="xs" id="brush-size" className={classes.size}>
        {t("brushSize", { pixels: 2 * pixels })}
      </Text>
      <Slider
        flex={1}
        size="sm"
        min={3}
        max={200}
        label={null}
        value={pixels}
        onChange={(brushPx) => store.setState({ brushPx })}
        thumbProps={{ "aria-labelledby": "brush-size" }}
      />
    </Group>
  );
}

/** Enter and Escape for those who have no keyboard at hand. */
function FinishButtons() {
  const { t } = useTranslation("tools");
  const store = useViewerStore();
  const tool = useViewer((state) => state.tool);
  return (
    <Group gap={6}>
      <Button size="compact-xs" onClick={() => store.getState().worker?.press("close")}>
        {t("finish")}
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => takeUp(store, tool)}>
        {t("cancel")}
      </Button>
    </Group>
  );
}

function useHintedKeys() {
  const { t } = useTranslation("review");
  const hide = useKeyHint("hide");
  return {
    close: useKeyHint("close"),
    delete: useKeyHint("delete"),
    brushSmaller: useKeyHint("brushSmaller"),
    brushLarger: useKeyHint("brushLarger"),
    hide: hide === "Space" ? t("keys.space") : hide,
  };
}

function Hint() {
  const { t } = useTranslation("tools");
  const tool = useViewer((state) => state.tool);
  const refused = useViewer((state) => state.refused);
  const keys = useHintedKeys();
  const hints = [t(`hint.${tool}`, keys), ...(tool === "select" ? [] : [t("moveHint", keys)])];
  return (
    <Text size="xs" role="status" c={refused ? "red.8" : "var(--fs-quiet)"}>
      {refused ? t(`refused.${refused}`) : hints.join(" ")}
    </Text>
  );
}
