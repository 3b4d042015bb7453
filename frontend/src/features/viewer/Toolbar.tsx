import { IconMaximize, IconMinus, IconPlus, IconPolygon, IconShape, IconZoomScan } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SlideMap } from "@/api/types";
import { Adjustments } from "./Adjustments";
import { useViewer, useViewerStore } from "./context";
import { fitSlide, zoomIn, zoomOut } from "./controls";
import { CurrentMagnification, MagnificationBar } from "./MagnificationBar";
import { MapControl } from "./MapControl";
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
  onFullScreen: () => void;
}

/** Zoom, magnification and what is drawn over the tissue. */
export function Toolbar({ mppX, hasOutlines, maps, onFullScreen }: ToolbarProps) {
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
      {maps && <MapControl maps={maps} />}
      <Adjustments />
      <ToolButton label={t("fullScreen")} keyId="fullScreen" icon={<IconMaximize size={16} />} onClick={onFullScreen} />
    </div>
  );
}

function OutlineToggles() {
  const { t } = useTranslation("viewer");
  const store = useViewerStore();
  const lesionsShown = useViewer((state) => state.lesionsShown);
  const glandsShown = useViewer((state) => state.glandsShown);
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
