import { beforeEach, expect, it, vi } from "vitest";
import { Transfer, type TransferEvents } from "./transfer";

interface Options {
  uploadUrl: string;
  onProgress: (sent: number) => void;
  onSuccess: () => void;
  onError: (error: Error) => void;
  onShouldRetry: (error: Error) => boolean;
}
const { uploads, Detailed } = vi.hoisted(() => ({
  uploads: [] as Options[],
  Detailed: class extends Error {
    constructor(readonly originalResponse: unknown) {
      super();
    }
  },
}));
vi.mock("tus-js-client", () => ({
  DetailedError: Detailed,
  Upload: class {
    constructor(_file: File, options: Options) {
      uploads.push(options);
    }
    start = () => undefined;
    abort = () => undefined;
  },
}));

const heard: string[] = [];
const events: TransferEvents = {
  onProgress: (sent) => heard.push(`sent ${sent}`),
  onDone: () => heard.push("done"),
  onConnectionLost: () => heard.push("lost"),
  onSessionEnded: () => heard.push("session"),
  onForgotten: () => heard.push("forgotten"),
  onRefused: (sentence) => heard.push(sentence),
};
const part = (address: string, size: number, offset = 0) => ({ file: new File(["x".repeat(size)], address), address, offset });
const answer = (status: number, body = "") => new Detailed({ getStatus: () => status, getBody: () => body });

beforeEach(() => {
  uploads.length = heard.length = 0;
});

it("sends the files of a slide one after the other, and not those that are there", () => {
  new Transfer([part("/0", 5, 5), part("/1", 7, 3), part("/2", 2)], events).start();
  expect(uploads.map(({ uploadUrl }) => uploadUrl)).toEqual(["/1"]);
  uploads[0]!.onProgress(4);
  uploads[0]!.onSuccess();
  uploads[1]!.onSuccess();
  expect(uploads.map(({ uploadUrl }) => uploadUrl)).toEqual(["/1", "/2"]);
  expect(heard).toEqual(["sent 9", "sent 12", "sent 14", "done"]);
});

it("asks for the last file where all are there, so that the server brings it to its end", () => {
  new Transfer([part("/0", 5, 5), part("/1", 7, 7)], events).start();
  expect(uploads.map(({ uploadUrl }) => uploadUrl)).toEqual(["/1"]);
});

it.each([
  [new Error("no answer"), "lost"],
  [answer(503), "lost"],
  [answer(409), "lost"],
  [answer(423), "lost"],
  [answer(401), "session"],
  [answer(404), "forgotten"],
  [answer(507, JSON.stringify({ detail: "The disk is full." })), "The disk is full."],
])("tells what becomes of it after %s", (error, outcome) => {
  new Transfer([part("/0", 5)], events).start();
  uploads[0]!.onError(error);
  expect(heard).toEqual([outcome]);
});

it.each([
  [new Error("no answer"), true],
  [answer(503), true],
  [answer(500), true],
  [answer(507), false],
  [answer(404), false],
])("tries again by itself what may pass within seconds: %s", (error, again) => {
  new Transfer([part("/0", 5)], events).start();
  expect(uploads[0]!.onShouldRetry(error)).toBe(again);
});
