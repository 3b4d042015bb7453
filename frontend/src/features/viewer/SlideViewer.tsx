import { useMemo, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { SlideMap } from "@/api/types";
import type { SlideRings } from "./geometry";
import { MapLegend } from "./MapLegend";
import { chosenMap } from "./maps";
import type { Outline } from "./outlines";
import { Overlay } from "./Overlay";
import { ScaleBar } from "./ScaleBar";
import classes from "./SlideViewer.module.css";
import { useViewer } from "./store";
import { Toolbar } from "./Toolbar";
import { useMapLayer } from "./useMapLayer";
import { useOpenSlide } from "./useOpenSlide";
import { usePicking } from "./usePicking";
import { useViewerKeys } from "./useViewerKeys";

interface SlideViewerProps {
  deepzoomUrl: string;
  mppX: number | null;
  outlines: readonly Outline[];
  glands: readonly SlideRings[];
  /** What can be laid over the tissue; undefined while there is no analysis to have maps. */
  maps: readonly SlideMap[] | undefined;
  selected: string | null;
  onSelect: (id: string | null) => void;
  onTileLost: () => void;
  /** What stands in place of a slide that could not be opened. */
  whenFailed: ReactNode;
}

/** A slide to look at, with outlines over it. */
export function SlideViewer(props: SlideViewerProps) {
  const { t } = useTranslation("viewer");
  const { deepzoomUrl, mppX, outlines, glands, maps, selected, onSelect, onTileLost, whenFailed } = props;
  const frame = useRef<HTMLDivElement>(null);
  const element = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState<string | null>(null);
  const failed = useOpenSlide(element, deepzoomUrl, onTileLost);
  const map = chosenMap(maps ?? [], useViewer((state) => state.map));
  useMapLayer(map);
  usePicking(outlines, { onSelect, onHover: setHovered });
  const toggleFullScreen = () => toggleFullScreenOf(frame.current!);
  useViewerKeys(toggleFullScreen);
  const scene = useMemo(() => ({ outlines, glands, selected, hovered }), [outlines, glands, selected, hovered]);

  return (
    <div ref={frame} className={classes.frame}>
      <div ref={element} className={classes.slide} role="application" aria-label={t("slide")} />
      <Overlay scene={scene} />
      {failed && <div className={classes.failed}>{whenFailed}</div>}
      <Toolbar mppX={mppX} hasOutlines={outlines.length + glands.length > 0} maps={maps} onFullScreen={toggleFullScreen} />
      {map && <MapLegend map={map} />}
      <ScaleBar mppX={mppX} />
    </div>
  );
}

function toggleFullScreenOf(element: HTMLElement): void {
  void (document.fullscreenElement ? document.exitFullscreen() : element.requestFullscreen());
}
