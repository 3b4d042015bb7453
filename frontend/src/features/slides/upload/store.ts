import { create } from "zustand";
import type { SlideReference } from "@/api/types";

/** `absent`: begun earlier, and its file is to be chosen again. `finishing`: it has come whole. `twin`: done, and the same file was there already. */
export type UploadState = "queued" | "sending" | "paused" | "waiting" | "absent" | "finishing" | "twin" | "done" | "failed";

/** A slide on its way, of one file or several. */
export interface UploadItem {
  /** The id that the slide will have; for what was refused, one of the page's own. */
  readonly id: string;
  /** What the uploader calls it; not known to the server. */
  readonly name: string;
  /** The name under which the server lists it; empty for what was refused. */
  readonly listedAs: string;
  readonly size: number;
  readonly sent: number;
  /** How many files it consists of. */
  readonly files: number;
  /** Bytes per second over the last moments; null until known. */
  readonly speed: number | null;
  readonly state: UploadState;
  /** How much was already on the server when it was chosen again, 0 to 1. */
  readonly resumedAt: number | null;
  /** Why it failed, or what it waits for. */
  readonly sentence: string | null;
  /** Slides whose files have the same bytes. */
  readonly twins: readonly SlideReference[];
}

interface Uploads {
  readonly items: readonly UploadItem[];
  /** How many of the files chosen last belong to no slide. */
  readonly leftOut: number;
}

/** The uploads of this browser tab, in the order they were added. */
export const useUploads = create<Uploads>(() => ({ items: [], leftOut: 0 }));

const FRESH = { listedAs: "", sent: 0, files: 1, speed: null, resumedAt: null, sentence: null, twins: [] } as const;

/** Add an upload, or begin it anew where it is on the list. */
export function putItem(item: Pick<UploadItem, "id" | "name" | "size" | "state"> & Partial<UploadItem>): void {
  const fresh: UploadItem = { ...FRESH, ...item };
  useUploads.setState(({ items }) => ({
    items: items.some(({ id }) => id === item.id) ? items.map((one) => (one.id === item.id ? fresh : one)) : [...items, fresh],
  }));
}

export function patchItem(id: string, patch: Partial<UploadItem>): void {
  useUploads.setState(({ items }) => ({ items: items.map((one) => (one.id === id ? { ...one, ...patch } : one)) }));
}

export function removeItem(id: string): void {
  useUploads.setState(({ items }) => ({ items: items.filter((one) => one.id !== id) }));
}

export function itemOf(id: string): UploadItem | undefined {
  return useUploads.getState().items.find((one) => one.id === id);
}

/** Whether it goes on by itself. */
export function isUnderWay({ state }: UploadItem): boolean {
  return state === "queued" || state === "sending" || state === "waiting" || state === "finishing";
}

/** Whether it is listed under a name that is not the file's, so that only this list says which is which. */
export function isRenamed({ name, listedAs }: UploadItem): boolean {
  return !name.startsWith(listedAs);
}

/** Whether all its bytes have come. */
export function isOver({ state }: UploadItem): boolean {
  return state === "done" || state === "twin";
}
