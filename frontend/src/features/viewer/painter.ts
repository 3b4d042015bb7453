import { prepared } from "./canvas";
import { drawScene, type Scene } from "./draw";
import { transformBetween, type SlideToScreen } from "./geometry";

/** From so many shapes in view on, a zoom stretches what is drawn and draws anew once it rests. */
const MANY = 400;
const REST_MS = 120;

export interface Painter {
  /** Bring the canvas up to a view; null clears it. */
  show(view: SlideToScreen | null, scene: Scene): void;
  stop(): void;
}

interface Drawn {
  readonly view: SlideToScreen;
  readonly scene: Scene;
  readonly shapes: number;
}

/** Keeps outlines on a canvas; where the slide only moved, what is drawn is moved too, and the edges are filled in. */
export function painter(canvas: HTMLCanvasElement): Painter {
  let drawn: Drawn | null = null;
  let timer = 0;

  function show(view: SlideToScreen | null, scene: Scene): void {
    clearTimeout(timer);
    if (!view) return clear();
    const kept = drawn && drawn.scene === scene && fits(canvas) ? drawn : null;
    if (kept && isMove(kept.view, view)) return scroll(kept, view);
    if (kept && kept.shapes > MANY) return stretch(kept, view, scene);
    draw(view, scene);
  }

  function clear(): void {
    prepared(canvas);
    drawn = null;
  }

  function draw(view: SlideToScreen, scene: Scene): void {
    const context = prepared(canvas);
    canvas.style.transform = "";
    const window = { x: 0, y: 0, width: canvas.clientWidth, height: canvas.clientHeight };
    if (context) drawn = { view, scene, shapes: drawScene(context, window, view, scene) };
  }

  /** Move by whole pixels of the screen, so that nothing blurs; the rest, under half a pixel, waits for the next move. */
  function scroll(kept: Drawn, view: SlideToScreen): void {
    const density = window.devicePixelRatio || 1;
    const x = Math.round((view.offsetX - kept.view.offsetX) * density);
    const y = Math.round((view.offsetY - kept.view.offsetY) * density);
    if (canvas.style.transform) return draw(view, kept.scene);
    if (x === 0 && y === 0) return;
    if (Math.abs(x) >= canvas.width || Math.abs(y) >= canvas.height) return draw(view, kept.scene);
    const moved = { ...kept.view, offsetX: kept.view.offsetX + x / density, offsetY: kept.view.offsetY + y / density };
    shift(canvas, x, y);
    for (const strip of uncovered(canvas, x / density, y / density)) fill(strip, moved, kept.scene);
    drawn = { ...kept, view: moved };
  }

  function fill(strip: Strip, view: SlideToScreen, scene: Scene): void {
    const context = canvas.getContext("2d");
    if (!context) return;
    context.save();
    context.beginPath();
    context.rect(strip.x, strip.y, strip.width, strip.height);
    context.clip();
    context.clearRect(strip.x, strip.y, strip.width, strip.height); // corners are filled twice
    drawScene(context, strip, view, scene);
    context.restore();
  }

  function stretch(kept: Drawn, view: SlideToScreen, scene: Scene): void {
    const { a, b, c, d, e, f } = transformBetween(kept.view, view);
    canvas.style.transform = `matrix(${a}, ${b}, ${c}, ${d}, ${e}, ${f})`;
    timer = window.setTimeout(() => draw(view, scene), REST_MS);
  }

  return { show, stop: () => clearTimeout(timer) };
}

/** Whether the slide only moved; springs leave a trace of the last zoom in the far digits. */
function isMove(before: SlideToScreen, now: SlideToScreen): boolean {
  return Math.abs(now.scale / before.scale - 1) < 1e-5 && Math.abs(now.turn - before.turn) < 1e-5;
}

interface Strip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Whether the canvas still has the size of its element. */
function fits(canvas: HTMLCanvasElement): boolean {
  const density = window.devicePixelRatio || 1;
  return canvas.width === Math.round(canvas.clientWidth * density) && canvas.height === Math.round(canvas.clientHeight * density);
}

/** Move what is drawn, in pixels of the screen. */
function shift(canvas: HTMLCanvasElement, x: number, y: number): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = "copy";
  context.drawImage(canvas, x, y);
  context.restore();
}

/** The edges that a move leaves bare, in CSS pixels. */
export function uncovered(canvas: { clientWidth: number; clientHeight: number }, x: number, y: number): Strip[] {
  const { clientWidth: width, clientHeight: height } = canvas;
  const strips = [
    { x: x > 0 ? 0 : width + x, y: 0, width: Math.abs(x), height },
    { x: 0, y: y > 0 ? 0 : height + y, width, height: Math.abs(y) },
  ];
  return strips.filter((strip) => strip.width > 0 && strip.height > 0);
}
