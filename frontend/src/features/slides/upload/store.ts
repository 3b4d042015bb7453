import { create } from "zustand";

export type UploadState = "queued" | "sending" | "paused" | "waiting" | "done" | "failed";

export interface UploadItem {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly sent: number;
  /** Bytes per second over the last moments; null until known. */
  readonly speed: number | null;
  readonly state: UploadState;
  /** How much of the file was already on the server when it was dropped again, 0 to 1. */
  readonly resumedAt: number | null;
  /** Why it failed, or what it waits for. */
  readonly sentence: string | null;
}

/** The uploads of this browser tab, in the order they were added. */
export const useUploads = create<{ items: readonly UploadItem[] }>(() => ({ items: [] }));

export function addItem(id: string, name: string, size: number, refusal: string | null): void {
  const state = refusal ? "failed" : "queued";
  const item: UploadItem = { id, name, size, sent: 0, speed: null, state, resumedAt: null, sentence: refusal };
  useUploads.setState(({ items }) => ({ items: [...items, item] }));
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

export function isUnderWay({ state }: UploadItem): boolean {
  return state === "queued" || state === "sending" || state === "waiting";
}
