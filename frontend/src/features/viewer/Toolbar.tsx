import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconMaximize,
  IconMinus,
  IconPlus,
  IconPolygon,
  IconShape,
  IconZoomScan,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { SlideMap } from "@/api/types";
import { fitSlide, zoomIn, zoomOut } from "./controls";
import { CurrentMagnification, MagnificationBar } from "./MagnificationBar";
import { MapControl } from "./MapControl";
import classes from "./SlideViewer.module.css";
import { toggleGlands, toggleLesions, useViewer } from "./store";

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
  return (
    <div className={classes.toolbar} role="toolbar" aria-label={t("viewer")}>
      <Tool label={t("zoomOut")} hint="−" icon={<IconMinus size={16} />} onClick={zoomOut} />
      <Tool label={t("zoomIn")} hint="+" icon={<IconPlus size={16} />} onClick={zoomIn} />
      <Tool label={t("fit")} hint="0" icon={<IconZoomScan size={16} />} onClick={fitSlide} />
      {mppX !== null && (
        <>
          <span className={classes.magnification} aria-live="off">
            <CurrentMagnification mppX={mppX} />
          </span>
          <MagnificationBar mppX={mppX} />
        </>
      )}
      {hasOutlines && <OutlineToggles />}
      {maps && <MapControl maps={maps} />}
      <Tool label={t("fullScreen")} hint="F" icon={<IconMaximize size={16} />} onClick={onFullScreen} />
    </div>
  );
}

function OutlineToggles() {
  const { t } = useTranslation("viewer");
  const lesionsShown = useViewer((state) => state.lesionsShown);
  const glandsShown = useViewer((state) => state.glandsShown);
  return (
    <>
      <Tool label={t("lesionOutlines")} hint="L" icon={<IconPolygon size={16} />} on={lesionsShown} onClick={toggleLesions} />
      <Tool label={t("glandOutlines")} hint="G" icon={<IconShape size={16} />} on={glandsShown} onClick={toggleGlands} />
    </>
  );
}

interface ToolProps {
  label: string;
  hint: string;
  icon: ReactNode;
  on?: boolean;
  onClick: () => void;
}

function Tool({ label, hint, icon, on, onClick }: ToolProps) {
  const { t } = useTranslation("viewer");
  return (
    <Tooltip label={t("withKey", { label, key: hint })} withinPortal={false}>
      <ActionIcon
        variant={on ? "light" : "default"}
        size={26}
        aria-label={label}
        aria-pressed={on}
        aria-keyshortcuts={hint}
        onClick={onClick}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
