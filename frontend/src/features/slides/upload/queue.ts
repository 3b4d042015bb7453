import type { Upload } from "tus-js-client";
import { signedInAgain } from "@/api/connection";
import { i18n } from "@/lib/i18n";
import { speedMeter } from "./speed";
import { addItem, itemOf, patchItem, removeItem, useUploads } from "./store";
import { prepareTransfer } from "./transfer";

const AT_ONCE = 2;
const RECONNECT_MS = 4000;

const files = new Map<string, File>();
const transfers = new Map<string, Upload>();

/** Queue files for upload. A file that is already under way is not taken twice; an empty one is refused here. */
export function addFiles(chosen: readonly File[]): void {
  for (const file of chosen) {
    if (isUnderWay(file)) continue;
    const id = crypto.randomUUID();
    files.set(id, file);
    addItem(id, file.name, file.size, file.size === 0 ? i18n.t("slides:upload.empty") : null);
  }
  startNext();
}

function isUnderWay(file: File): boolean {
  return useUploads
    .getState()
    .items.some(({ id, state }) => state !== "done" && state !== "failed" && isSame(files.get(id), file));
}

function isSame(one: File | undefined, other: File): boolean {
  return one?.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}

export function pause(id: string): void {
  patchItem(id, { state: "paused", speed: null });
  void transfers.get(id)?.abort();
  startNext();
}

/** Go on with a paused upload, or try a failed one again. */
export function resume(id: string): void {
  patchItem(id, { state: "queued", sentence: null });
  startNext();
}

/** Take an upload off the list; one that is not finished is given up, on the server too. */
export function dismiss(id: string): void {
  const finished = itemOf(id)?.state === "done";
  void transfers.get(id)?.abort(!finished).catch(() => undefined);
  removeItem(id);
  files.delete(id);
  transfers.delete(id);
  startNext();
}

function startNext(): void {
  const { items } = useUploads.getState();
  const busy = items.filter(({ state }) => state === "sending" || state === "waiting").length;
  items
    .filter(({ state }) => state === "queued")
    .slice(0, Math.max(0, AT_ONCE - busy))
    .forEach(({ id }) => void start(id));
}

async function start(id: string): Promise<void> {
  patchItem(id, { state: "sending" });
  const transfer = transfers.get(id) ?? (await prepareTransfer(files.get(id)!, eventsOf(id)));
  transfers.set(id, transfer);
  if (itemOf(id)?.state === "sending") transfer.start();
}

function eventsOf(id: string) {
  const speed = speedMeter();
  return {
    onProgress: (sent: number) => patchItem(id, { sent, speed: speed(sent), sentence: null, ...going(id) }),
    onResumed: (fraction: number) => patchItem(id, { resumedAt: fraction }),
    onDone: () => finish(id, { state: "done", speed: null }),
    onRefused: (sentence: string) => finish(id, { state: "failed", speed: null, sentence }),
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

function finish(id: string, outcome: Parameters<typeof patchItem>[1]): void {
  patchItem(id, outcome);
  startNext();
}
