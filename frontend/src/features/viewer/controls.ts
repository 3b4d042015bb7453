import OpenSeadragon from "openseadragon";
import { slidePoint, slideToViewport, type SlideBox, type SlidePoint } from "./geometry";
import { MOST_MAGNIFIED } from "./openseadragon";
import type { ViewerStore } from "./store";

const STEP = 1.5;

/** What can be asked of the viewer on screen; each does nothing while no slide is open. */
export function fitSlide(store: ViewerStore): void {
  withViewer(store, ({ viewport }) => viewport.goHome(prefersStillness()));
}

export function zoomIn(store: ViewerStore): void {
  zoomBy(store, STEP);
}

export function zoomOut(store: ViewerStore): void {
  zoomBy(store, 1 / STEP);
}

function zoomBy(store: ViewerStore, factor: number): void {
  withViewer(store, ({ viewport }) => {
    viewport.zoomBy(factor, undefined, prefersStillness());
    viewport.applyConstraints();
  });
}

/** Move what is seen by screen pixels: to the right shows what lies to the right. */
export function panBy(store: ViewerStore, x: number, y: number, atOnce = prefersStillness()): void {
  withViewer(store, ({ viewport }) => {
    viewport.panBy(viewport.deltaPointsFromPixels(new OpenSeadragon.Point(x, y)), atOnce);
    viewport.applyConstraints(atOnce);
  });
}

/** Zoom at once about a point on the screen. */
export function pinchBy(store: ViewerStore, factor: number, x: number, y: number): void {
  withViewer(store, ({ viewport }) => {
    viewport.zoomBy(factor, viewport.pointFromPixel(new OpenSeadragon.Point(x, y), true), true);
    viewport.applyConstraints(true);
  });
}

/** Show the slide with `scale` screen pixels to a slide pixel. */
export function zoomToScale(store: ViewerStore, scale: number): void {
  withViewer(store, ({ viewport }, width) => {
    viewport.zoomTo((scale * width) / viewport.getContainerSize().x, undefined, prefersStillness());
    viewport.applyConstraints();
  });
}

export function canShow(scale: number): boolean {
  return scale <= MOST_MAGNIFIED * 1.01;
}

/** Turn the slide clockwise, about the middle of the screen. */
export function turnBy(store: ViewerStore, degrees: number, atOnce = prefersStillness()): void {
  withViewer(store, ({ viewport }) => viewport.setRotation(viewport.getRotation() + degrees, atOnce));
}

export function setUpright(store: ViewerStore): void {
  withViewer(store, ({ viewport }) => viewport.setRotation(Math.round(viewport.getRotation() / 360) * 360, prefersStillness()));
}

/** Show at once a place in the middle of the screen, at a scale and turned by radians. */
export function standAt(store: ViewerStore, centre: SlidePoint, scale: number, turn: number): void {
  withViewer(store, ({ viewport }, width) => {
    const { x, y } = slideToViewport(centre, width);
    viewport.setRotation((turn * 180) / Math.PI, true);
    viewport.zoomTo((scale * width) / viewport.getContainerSize().x, undefined, true);
    viewport.panTo(new OpenSeadragon.Point(x, y), true);
  });
}

/** Let one viewer show at once the same place as another of the same size. */
export function standWith(follower: OpenSeadragon.Viewer, { viewport }: OpenSeadragon.Viewer): void {
  if (!viewport || !follower.viewport) return; // a destroyed viewer has none
  follower.viewport.setRotation(viewport.getRotation(true), true);
  follower.viewport.zoomTo(viewport.getZoom(true), undefined, true);
  follower.viewport.panTo(viewport.getCenter(true), true);
}

/** Fly to a box in slide pixels. */
export function showBox(store: ViewerStore, box: SlideBox): void {
  withViewer(store, ({ viewport }, width) => {
    const corner = slideToViewport(slidePoint(box.x, box.y), width);
    const size = slideToViewport(slidePoint(box.width, box.height), width);
    const bounds = new OpenSeadragon.Rect(corner.x, corner.y, size.x, size.y);
    viewport.fitBoundsWithConstraints(bounds, prefersStillness());
  });
}

/** Show the tissue through a CSS filter; what lies over it stays as it is. */
export function showThrough(store: ViewerStore, filter: string): void {
  withViewer(store, ({ drawer }) => {
    (drawer as unknown as { canvas: HTMLElement }).canvas.style.filter = filter;
  });
}

function withViewer(store: ViewerStore, ask: (viewer: OpenSeadragon.Viewer, slideWidth: number) => void): void {
  const { viewer } = store.getState();
  const image = viewer?.world?.getItemAt(0);
  if (viewer && image) ask(viewer, image.getContentSize().x);
}

function prefersStillness(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
