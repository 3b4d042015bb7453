import { useMemo, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { SlideMap } from "@/api/types";
import { AppearanceFilter } from "./AppearanceFilter";
import { useViewer } from "./context";
import { GLANDS, LESIONS, shownMaps } from "./layers";
import { MapLegend } from "./MapLegend";
import { MapLayers } from "./MapLayers";
import type { Mpp } from "./measure";
import type { Outline, Shape } from "./outlines";
import { Overlay } from "./Overlay";
import { PreviewLayer } from "./PreviewLayer";
import { ScaleBar } from "./ScaleBar";
import { indexed } from "./shapeIndex";
import classes from "./SlideViewer.module.css";
import { Toolbar } from "./Toolbar";
import type { ShapeChange } from "./tools/tool";
import { useColours } from "./useColours";
import { useOpenSlide } from "./useOpenSlide";
import { useWork } from "./useWork";
import { useViewerKeys } from "./useViewerKeys";

export interface SlideViewerProps {
  deepzoomUrl: string;
  /** The same slide in sRGB; null where its file has no colour profile, undefined until that is known. */
  srgbUrl: string | null | undefined;
  /** Micrometres per pixel; null where unknown. */
  mpp: Mpp | null;
  outlines: readonly Outline[];
  glands: readonly Shape[];
  /** What can be laid over the tissue; undefined while there is no analysis to have maps. */
  maps: readonly SlideMap[] | undefined;
  selected: readonly string[];
  onSelect: (ids: readonly string[]) => void;
  /** Takes what the drawing tools do; without it shapes can only be looked at. */
  onShapeChange?: (change: ShapeChange) => void;
  onTileLost: () => void;
  /** Whether keys are meant for this viewer, where there are two. */
  active?: boolean;
  /** What stands in place of a slide that could not be opened. */
  whenFailed: ReactNode;
}

const NOTHING = indexed<never>([]);

/** A slide to look at, with outlines over it. */
export function SlideViewer(props: SlideViewerProps) {
  const { t } = useTranslation("viewer");
  const { deepzoomUrl, srgbUrl, mpp, maps, selected, onTileLost, active = true, whenFailed } = props;
  const frame = useRef<HTMLDivElement>(null);
  const element = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState<string | null>(null);
  const outlines = useMemo(() => indexed(props.outlines), [props.outlines]);
  const glands = useMemo(() => indexed(props.glands), [props.glands]);
  const failed = useOpenSlide(element, deepzoomUrl, onTileLost);
  useColours(srgbUrl);
  const layers = useViewer((state) => state.layers);
  const laid = useMemo(() => shownMaps(maps ?? [], layers), [maps, layers]);
  const mppX = mpp?.x ?? null;
  const toggleFullScreen = () => toggleFullScreenOf(frame.current!);
  useViewerKeys({ active, mppX, onFullScreen: toggleFullScreen });
  const worked = useWork({ ...props, active, outlines, glands, onHover: setHovered });
  const scenes = useMemo(() => {
    const marked = { selected: new Set(selected), hovered };
    return { [LESIONS]: { ...marked, outlines, glands: NOTHING }, [GLANDS]: { ...marked, outlines: NOTHING, glands } };
  }, [outlines, glands, selected, hovered]);

  return (
    <div ref={frame} className={classes.frame}>
      <div ref={element} className={classes.slide} role="application" aria-label={t("slide")} tabIndex={0} />
      <AppearanceFilter />
      <MapLayers maps={laid} />
      {glands.all.length > 0 && <Overlay layer={GLANDS} scene={scenes[GLANDS]} />}
      <Overlay layer={LESIONS} scene={scenes[LESIONS]} />
      <PreviewLayer selected={worked} />
      {failed && <div className={classes.failed}>{whenFailed}</div>}
      <Toolbar mppX={mppX} hasOutlines={outlines.all.length + glands.all.length > 0} maps={maps} srgb={srgbUrl} onFullScreen={toggleFullScreen} />
      {laid.length > 0 && (
        <div className={classes.legends}>
          {laid.map((map) => (
            <MapLegend key={map.name} map={map} />
          ))}
        </div>
      )}
      <ScaleBar mppX={mppX} />
    </div>
  );
}

function toggleFullScreenOf(element: HTMLElement): void {
  void (document.fullscreenElement ? document.exitFullscreen() : element.requestFullscreen());
}
