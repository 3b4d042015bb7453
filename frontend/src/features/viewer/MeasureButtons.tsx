import { IconRulerMeasure, IconVectorTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useViewer, useViewerStore } from "./context";
import { ToolButton } from "./ToolButton";
import { takeUp } from "./tools/editing";

/** Measure a length or an area; says why not where the pixel size is unknown. */
export function MeasureButtons({ mppX }: { mppX: number | null }) {
  const { t } = useTranslation("tools");
  const store = useViewerStore();
  const tool = useViewer((state) => state.tool);
  const unusable = mppX === null ? t("noMeasuring") : undefined;
  const toggle = (name: "measureLength" | "measureArea") => takeUp(store, tool === name ? "select" : name);
  return (
    <>
      <ToolButton
        label={t("measureLength")}
        keyId="measureLength"
        icon={<IconRulerMeasure size={16} />}
        on={tool === "measureLength"}
        unusable={unusable}
        onClick={() => toggle("measureLength")}
      />
      <ToolButton
        label={t("measureArea")}
        keyId="measureArea"
        icon={<IconVectorTriangle size={16} />}
        on={tool === "measureArea"}
        unusable={unusable}
        onClick={() => toggle("measureArea")}
      />
    </>
  );
}
