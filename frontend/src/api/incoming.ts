import { api, bodyOf } from "./client";
import { ApiError, sentenceOf, statusOf } from "./errors";
import type { Announcement, ChosenFile, IncomingSlide, SlideReference } from "./types";

const LOCKED = 423;
const PATIENCE_MS = 1000;
const TRIES = 10;

/** Say which files will come; learn which slides they make, and where to send them. */
export function announce(files: readonly ChosenFile[]): Promise<Announcement> {
  return bodyOf(api.POST("/api/incoming", { body: { files: [...files] } }));
}

/** The user's own uploads that were begun and are not finished. */
export function waitingUploads(): Promise<IncomingSlide[]> {
  return bodyOf(api.GET("/api/incoming"));
}

/** Forget an upload, with all that has come. */
export function giveUpUpload(id: string): Promise<void> {
  return onceFree(() => bodyOf(api.DELETE("/api/incoming/{incoming_id}", { params: { path: { incoming_id: id } } })));
}

/** Have the server make a slide of an upload that has come whole; the address is that of any of its files. */
export function finishUpload(address: string): Promise<void> {
  return onceFree(async () => {
    const { ok, status } = await fetch(address, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" } });
    if (!ok) throw new ApiError(status, sentenceOf(status, undefined));
  });
}

/** Ask for something that an upload whose connection is just closing refuses; such a one is asked again. */
async function onceFree(ask: () => Promise<unknown>, tries = TRIES): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (statusOf(error) !== LOCKED || tries === 0) throw error;
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    await onceFree(ask, tries - 1);
  }
}

/** The other slides whose files had the same bytes. */
export function slidesOfSameFile(slideId: string): Promise<SlideReference[]> {
  return bodyOf(api.GET("/api/slides/{slide_id}/same-file", { params: { path: { slide_id: slideId } } }));
}
