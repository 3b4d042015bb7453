import { IconMaximize, IconMinus, IconPlus, IconPolygon, IconShape, IconZoomScan } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SlideMap } from "@/api/types";
import { Adjustments } from "./Adjustments";
import { useViewer, useViewerStore } from "./context";
import { fitSlide, zoomIn, zoomOut } from "./controls";
import { LayerControl } from "./LayerControl";
import { GLANDS, layerOf, LESIONS } from "./layers";
import { CurrentMagnification, MagnificationBar } from "./MagnificationBar";
import { MeasureButtons } from "./MeasureButtons";
import { RotationButtons } from "./RotationButtons";
import classes from "./SlideViewer.module.css";
import { toggleGlands, toggleLesions } from "./store";
import { ToolButton } from "./ToolButton";

interface ToolbarProps {
  mppX: number | null;
  hasOutlines: boolean;
  /** What can be laid over the tissue; undefined while there is no analysis to have maps. */
  maps: readonly SlideMap[] | undefined;
  /** Where the slide is to be had in sRGB, if anywhere. */
  srgb: string | null | undefined;
  onFullScreen: () => void;
}

/** Zoom, magnification and what is drawn over the tissue. */
export function Toolbar({ mppX, hasOutlines, maps, srgb, onFullScreen }: ToolbarProps) {
  const { t } = useTranslation("viewer");
  const store = useViewerStore();
  return (
    <div className={classes.toolbar} role="toolbar" aria-label={t("viewer")}>
      <ToolButton label={t("zoomOut")} keyId="zoomOut" icon={<IconMinus size={16} />} onClick={() => zoomOut(store)} />
      <ToolButton label={t("zoomIn")} keyId="zoomIn" icon={<IconPlus size={16} />} onClick={() => zoomIn(store)} />
      <ToolButton label={t("fit")} keyId="fit" icon={<IconZoomScan size={16} />} onClick={() => fitSlide(store)} />
      {mppX !== null && (
        <>
          <span className={classes.magnification} aria-live="off">
            <CurrentMagnification mppX={mppX} />
          </span>
          <MagnificationBar mppX={mppX} />
        </>
      )}
      <RotationButtons />
      <MeasureButtons mppX={mppX} />
      {hasOutlines && <OutlineToggles />}
      {(hasOutlines || maps) && <LayerControl hasOutlines={hasOutlines} maps={maps} />}
      <Adjustments srgb={srgb} />
      <ToolButton label={t("fullScreen")} keyId="fullScreen" icon={<IconMaximize size={16} />} onClick={onFullScreen} />
    </div>
  );
}

function OutlineToggles() {
  const { t } = useTranslation("viewer");
  const store = useViewerStore();
  const lesionsShown = useViewer(({ layers }) => layerOf(layers, LESIONS).shown);
  const glandsShown = useViewer(({ layers }) => layerOf(layers, GLANDS).shown);
  return (
    <>
      <ToolButton
        label={t("lesionOutlines")}
        keyId="lesions"
        icon={<IconPolygon size={16} />}
        on={lesionsShown}
        onClick={() => toggleLesions(store)}
      />
      <ToolButton
        label={t("glandOutlines")}
        keyId="glands"
        icon={<IconShape size={16} />}
        on={glandsShown}
        onClick={() => toggleGlands(store)}
      />
    </>
  );
}
