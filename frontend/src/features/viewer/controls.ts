import OpenSeadragon from "openseadragon";
import { slidePoint, slideToViewport, type SlideBox } from "./geometry";
import { MOST_MAGNIFIED } from "./openseadragon";
import { useViewer } from "./store";

const STEP = 1.5;

/** What can be asked of the viewer on screen; each does nothing while no slide is open. */
export function fitSlide(): void {
  withViewer(({ viewport }) => viewport.goHome(prefersStillness()));
}

export function zoomIn(): void {
  zoomBy(STEP);
}

export function zoomOut(): void {
  zoomBy(1 / STEP);
}

function zoomBy(factor: number): void {
  withViewer(({ viewport }) => {
    viewport.zoomBy(factor, undefined, prefersStillness());
    viewport.applyConstraints();
  });
}

export function panBy(x: number, y: number): void {
  withViewer(({ viewport }) => {
    viewport.panBy(viewport.deltaPointsFromPixels(new OpenSeadragon.Point(x, y)), prefersStillness());
    viewport.applyConstraints();
  });
}

/** Show the slide with `scale` screen pixels to a slide pixel. */
export function zoomToScale(scale: number): void {
  withViewer(({ viewport }, width) => {
    viewport.zoomTo((scale * width) / viewport.getContainerSize().x, undefined, prefersStillness());
    viewport.applyConstraints();
  });
}

export function canShow(scale: number): boolean {
  return scale <= MOST_MAGNIFIED * 1.01;
}

/** Fly to a box in slide pixels. */
export function showBox(box: SlideBox): void {
  withViewer(({ viewport }, width) => {
    const corner = slideToViewport(slidePoint(box.x, box.y), width);
    const size = slideToViewport(slidePoint(box.width, box.height), width);
    const bounds = new OpenSeadragon.Rect(corner.x, corner.y, size.x, size.y);
    viewport.fitBoundsWithConstraints(bounds, prefersStillness());
  });
}

/** Ask again for tiles that could not be had. */
export function reloadTiles(): void {
  withViewer(({ world }) => world.resetItems());
}

function withViewer(ask: (viewer: OpenSeadragon.Viewer, slideWidth: number) => void): void {
  const { viewer } = useViewer.getState();
  const image = viewer?.world.getItemAt(0);
  if (viewer && image) ask(viewer, image.getContentSize().x);
}

function prefersStillness(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
