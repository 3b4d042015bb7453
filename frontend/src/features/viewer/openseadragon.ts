import OpenSeadragon from "openseadragon";
import type { SlideToScreen } from "./geometry";

/** Screen pixels that one slide pixel may grow to. */
export const MOST_MAGNIFIED = 4;

/** Open a Deep Zoom slide in an element. WebGL where a graphics card draws it, else a canvas. */
export function openSlide(element: HTMLElement, deepzoomUrl: string): OpenSeadragon.Viewer {
  return OpenSeadragon({
    element,
    tileSources: deepzoomUrl,
    drawer: hasFastWebGl() ? ["webgl", "canvas"] : ["canvas"],
    // Without it, what is transparent tints the slide; the type does not know the option.
    drawerOptions: { webgl: { unpackWithPremultipliedAlpha: true } as object },
    imageLoaderLimit: 8,
    maxTilesPerFrame: 8,
    maxImageCacheCount: 800,
    timeout: 60_000,
    animationTime: 0.5,
    springStiffness: 10,
    blendTime: 0,
    visibilityRatio: 0.3,
    minZoomImageRatio: 0.7,
    maxZoomPixelRatio: MOST_MAGNIFIED,
    zoomPerScroll: 1.3,
    showNavigationControl: false,
    keyboardNavEnabled: false,
    tabIndex: -1, // what frames it takes the focus, and has a name
    showNavigator: true,
    navigatorPosition: "BOTTOM_RIGHT",
    navigatorWidth: 168,
    navigatorHeight: 132,
    navigatorAutoFade: false,
    navigatorDisplayRegionColor: "#1c5d99",
    crossOriginPolicy: false,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    gestureSettingsTouch: { clickToZoom: false, dblClickToZoom: true, pinchRotate: false },
    gestureSettingsPen: { clickToZoom: false, dblClickToZoom: true },
  });
}

/** A viewer to lie over another one, which moves it. */
export function openOver(element: HTMLElement): OpenSeadragon.Viewer {
  return OpenSeadragon({
    element,
    drawer: ["canvas"],
    preserveViewport: true,
    mouseNavEnabled: false,
    keyboardNavEnabled: false,
    showNavigationControl: false,
    tabIndex: -1,
    blendTime: 0,
    crossOriginPolicy: false,
  });
}

/** What calls itself a graphics card and is the processor: slow, and seen to draw turned tiles in the wrong places. */
const IMITATIONS = /swiftshader|llvmpipe|software|basic render/i;

function hasFastWebGl(): boolean {
  const context = document.createElement("canvas").getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  if (!context) return false;
  const names = context.getExtension("WEBGL_debug_renderer_info");
  const name = String(context.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return !IMITATIONS.test(name);
}

/** Say where the slide stands on the screen now, animation included; null while none is open. */
export function viewOf(viewer: OpenSeadragon.Viewer): SlideToScreen | null {
  const image = viewer.world.getItemAt(0);
  if (!image) return null;
  const width = image.getContentSize().x;
  const scale = (viewer.viewport.getZoom(true) * viewer.viewport.getContainerSize().x) / width;
  const origin = viewer.viewport.pixelFromPoint(new OpenSeadragon.Point(0, 0), true);
  const turn = (viewer.viewport.getRotation(true) * Math.PI) / 180;
  return { scale, turn, offsetX: origin.x, offsetY: origin.y };
}
