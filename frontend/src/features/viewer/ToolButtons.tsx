import {
  IconBrush,
  IconEraser,
  IconLasso,
  IconLine,
  IconPointer,
  IconPolygon,
  IconSquaresSelected,
  IconVectorBezier2,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useViewer, useViewerStore } from "./context";
import { ToolButton } from "./ToolButton";
import { takeUp } from "./tools/editing";

const TOOLS = [
  ["select", IconPointer],
  ["polygon", IconPolygon],
  ["freehand", IconLasso],
  ["brush", IconBrush],
  ["eraser", IconEraser],
  ["vertices", IconVectorBezier2],
  ["split", IconLine],
  ["merge", IconSquaresSelected],
] as const;

/** Take up a tool; the one in hand is pressed. */
export function ToolButtons() {
  const { t } = useTranslation("tools");
  const store = useViewerStore();
  const tool = useViewer((state) => state.tool);
  const editable = useViewer((state) => state.viewer !== null);
  return (
    <div role="toolbar" aria-label={t("tools")} style={{ display: "flex", gap: 2 }}>
      {TOOLS.map(([name, Icon]) => (
        <ToolButton
          key={name}
          label={t(`tool.${name}`)}
          keyId={name}
          icon={<Icon size={16} />}
          on={tool === name}
          disabled={!editable}
          portal
          onClick={() => takeUp(store, name)}
        />
      ))}
    </div>
  );
}
