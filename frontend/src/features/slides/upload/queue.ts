import { signedInAgain } from "@/api/connection";
import { sentence, statusOf } from "@/api/errors";
import { announce, finishUpload, giveUpUpload, slidesOfSameFile, waitingUploads } from "@/api/incoming";
import type { ChosenFile, IncomingSlide } from "@/api/types";
import { i18n } from "@/lib/i18n";
import { inLanguage } from "@/lib/sentences";
import { nameOf, type Chosen } from "./chosen";
import { mayBeDicom, seriesOf } from "./dicom";
import { forgetName, keepNamesOf, nameOfUpload, rememberName } from "./names";
import { speedMeter } from "./speed";
import { isOver, isUnderWay, itemOf, patchItem, putItem, removeItem, useUploads, type UploadItem } from "./store";
import { Transfer } from "./transfer";

const AT_ONCE = 2;
const RECONNECT_MS = 4000;

const files = new Map<string, readonly Chosen[]>();
const transfers = new Map<string, Transfer>();

/** Have the server sort files into slides, and queue those. What was begun with the same files goes on. */
export async function addFiles(chosen: readonly Chosen[]): Promise<void> {
  if (chosen.length === 0) return;
  try {
    const said = await announce(await Promise.all(chosen.map(described)));
    said.slides.forEach((slide) => take(slide, chosen));
    said.refused.forEach((slide) => fail(slide.chosen.map((index) => chosen[index]!), inLanguage(slide.sentence)));
    useUploads.setState({ leftOut: said.left_out });
  } catch (error) {
    fail(chosen, sentence(error));
  }
  startNext();
}

async function described({ file, path }: Chosen): Promise<ChosenFile> {
  const series = mayBeDicom(file.name) ? await seriesOf(file) : null;
  return { path, size_bytes: file.size, modified_ms: file.lastModified, series };
}

/** Show what was begun earlier and waits for its files; what has come whole needs none and is brought to its end. */
export async function showWaiting(): Promise<void> {
  const waiting = await waitingUploads().catch(() => null);
  if (!waiting) return;
  keepNamesOf([...waiting, ...useUploads.getState().items].map(({ id }) => id));
  for (const slide of waiting.filter(({ id }) => !itemOf(id))) {
    const name = nameOfUpload(slide.id) ?? slide.name;
    const [sent, listedAs, files] = [received(slide), slide.name, slide.files.length];
    const state = sent < slide.size_bytes ? "absent" : "finishing";
    putItem({ id: slide.id, name, listedAs, size: slide.size_bytes, sent, files, state });
    if (state === "finishing") void bringToItsEnd(slide);
  }
}

/** One that the server no longer has was brought to its end, or given up, elsewhere. */
async function bringToItsEnd({ id, files }: IncomingSlide): Promise<void> {
  try {
    await finishUpload(files[0]!.address);
    await finish(id);
  } catch (error) {
    if (statusOf(error) === 404) forget(id);
    else patchItem(id, { state: "absent" });
  }
}

export function pause(id: string): void {
  patchItem(id, { state: "paused", speed: null });
  transfers.get(id)?.stop();
  startNext();
}

/** Go on with a paused upload. */
export function resume(id: string): void {
  patchItem(id, { state: "queued", sentence: null });
  startNext();
}

/** Try a failed upload again: the server is asked anew whether it takes the files. */
export function retry(id: string): void {
  const chosen = files.get(id) ?? [];
  forget(id);
  void addFiles(chosen);
}

export function canRetry({ id, state }: UploadItem): boolean {
  return state === "failed" && files.has(id);
}

/** Take an upload off the list; one that is not finished is given up, on the server too. */
export function dismiss(id: string): void {
  const item = itemOf(id);
  transfers.get(id)?.stop();
  if (item && !isOver(item) && (item.state !== "failed" || transfers.has(id))) void giveUpUpload(id).catch(() => undefined);
  forget(id);
  startNext();
}

/** Leave a slide whose file was there already beside the other. */
export function keepBoth(id: string): void {
  patchItem(id, { state: "done", twins: [] });
}

function forget(id: string): void {
  removeItem(id);
  files.delete(id);
  transfers.delete(id);
  forgetName(id);
}

function take(slide: IncomingSlide, chosen: readonly Chosen[]): void {
  const already = itemOf(slide.id);
  if (already && (isUnderWay(already) || already.state === "paused")) return;
  const parts = slide.files.map(({ address, offset, chosen: index }) => ({ file: chosen[index!]!.file, address, offset }));
  const own = slide.files.map(({ chosen: index }) => chosen[index!]!);
  files.set(slide.id, own);
  transfers.set(slide.id, new Transfer(parts, eventsOf(slide.id)));
  const [sent, name] = [received(slide), nameOf(own)];
  rememberName(slide.id, name);
  putItem({
    id: slide.id,
    name,
    listedAs: slide.name,
    size: slide.size_bytes,
    sent,
    files: parts.length,
    state: "queued",
    resumedAt: sent > 0 ? sent / slide.size_bytes : null,
  });
}

/** Show that files were not taken; they can be announced again. */
function fail(chosen: readonly Chosen[], sentence: string): void {
  const id = crypto.randomUUID();
  files.set(id, chosen);
  putItem({ id, name: nameOf(chosen), size: 0, files: chosen.length, state: "failed", sentence });
}

function received({ files }: IncomingSlide): number {
  return files.reduce((sum, { offset }) => sum + offset, 0);
}

function startNext(): void {
  const { items } = useUploads.getState();
  const busy = items.filter(({ state }) => state === "sending" || state === "waiting").length;
  items
    .filter(({ state }) => state === "queued")
    .slice(0, Math.max(0, AT_ONCE - busy))
    .forEach(({ id }) => {
      patchItem(id, { state: "sending" });
      transfers.get(id)!.start();
    });
}

function eventsOf(id: string) {
  const speed = speedMeter();
  return {
    onProgress: (sent: number) => patchItem(id, { sent, speed: speed(sent), sentence: null, ...going(id) }),
    onDone: () => void finish(id),
    onRefused: (sentence: string) => end(id, { state: "failed", speed: null, sentence }),
    onForgotten: () => end(id, { state: "failed", speed: null, sentence: i18n.t("slides:upload.forgotten") }),
    onConnectionLost: () => {
      patchItem(id, { state: "waiting", speed: null, sentence: i18n.t("slides:upload.connectionLost") });
      setTimeout(() => goOn(id), RECONNECT_MS);
    },
    onSessionEnded: () => {
      patchItem(id, { state: "waiting", speed: null, sentence: i18n.t("slides:upload.signInAgain") });
      void signedInAgain().then(() => goOn(id));
    },
  };
}

/** A transfer that moves is no longer waiting; a paused one may still report what was in flight. */
function going(id: string) {
  return itemOf(id)?.state === "waiting" ? ({ state: "sending" } as const) : {};
}

function goOn(id: string): void {
  if (itemOf(id)?.state === "waiting") transfers.get(id)?.start();
}

/** All bytes are there: the slide is in the worklist, and may be there twice. */
async function finish(id: string): Promise<void> {
  const twins = await slidesOfSameFile(id).catch(() => []);
  forgetName(id);
  end(id, { state: twins.length > 0 ? "twin" : "done", speed: null, twins });
}

function end(id: string, outcome: Partial<UploadItem>): void {
  patchItem(id, outcome);
  startNext();
}
