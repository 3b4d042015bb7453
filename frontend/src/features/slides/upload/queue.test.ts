import { beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "@/api/errors";
import type { Chosen } from "./chosen";
import { addFiles, canRetry, dismiss, pause, resume, retry, showWaiting } from "./queue";
import { useUploads } from "./store";
import type { TransferEvents } from "./transfer";

const { transfers, server } = vi.hoisted(() => ({
  transfers: [] as { events: TransferEvents; start: () => void; stop: () => void; started: number; stopped: number }[],
  server: { announce: vi.fn(), givenUp: [] as string[], waiting: [] as unknown[], finish: vi.fn() },
}));

vi.mock("./transfer", () => ({
  Transfer: class {
    started = 0;
    stopped = 0;
    constructor(_parts: unknown, readonly events: TransferEvents) {
      transfers.push(this);
    }
    start = () => void (this.started += 1);
    stop = () => void (this.stopped += 1);
  },
}));
vi.mock("@/api/incoming", () => ({
  announce: server.announce,
  finishUpload: server.finish,
  giveUpUpload: async (id: string) => void server.givenUp.push(id),
  slidesOfSameFile: async () => [],
  waitingUploads: async () => server.waiting,
}));

const chosen = (...names: string[]): Chosen[] => names.map((name) => ({ path: name, file: new File(["12345"], name) }));
const slide = (id: string, index: number, offset = 0) => ({
  id, name: `Slide ${index + 1}`, size_bytes: 5, expires_at: "", files: [{ size_bytes: 5, address: `/${id}`, offset, chosen: index }],
});
const states = () => useUploads.getState().items.map(({ state }) => state);
const items = () => useUploads.getState().items;

beforeEach(() => {
  useUploads.setState({ items: [], leftOut: 0 });
  transfers.length = server.givenUp.length = 0;
  server.announce.mockReset();
  server.waiting = [];
  localStorage.clear();
});

it("sends two at a time, and the next when one is done", async () => {
  server.announce.mockResolvedValue({ slides: [slide("a", 0), slide("b", 1), slide("c", 2)], refused: [], left_out: 1 });
  await addFiles(chosen("a.svs", "b.svs", "c.svs"));
  expect(states()).toEqual(["sending", "sending", "queued"]);
  expect(useUploads.getState().leftOut).toBe(1);
  transfers[0]!.events.onDone();
  await vi.waitFor(() => expect(states()).toEqual(["done", "sending", "sending"]));
});

it("keeps a pause until it is resumed, and lets the next go meanwhile", async () => {
  server.announce.mockResolvedValue({ slides: [slide("a", 0), slide("b", 1), slide("c", 2)], refused: [], left_out: 0 });
  await addFiles(chosen("a.svs", "b.svs", "c.svs"));
  pause("a");
  expect(states()).toEqual(["paused", "sending", "sending"]);
  transfers[0]!.events.onProgress(3);
  expect([items()[0]!.state, items()[0]!.sent]).toEqual(["paused", 3]);
  resume("a");
  expect(states()).toEqual(["queued", "sending", "sending"]);
});

it("announces again what could not be announced, when told to", async () => {
  server.announce.mockRejectedValueOnce(new Error("offline"));
  await addFiles(chosen("a.svs"));
  expect([items()[0]!.name, states()]).toEqual(["a.svs", ["failed"]]);
  expect(canRetry(items()[0]!)).toBe(true);
  server.announce.mockResolvedValue({ slides: [slide("a", 0)], refused: [], left_out: 0 });
  retry(items()[0]!.id);
  await vi.waitFor(() => expect(states()).toEqual(["sending"]));
});

it("shows under the uploader's own names what was refused, and gives up nothing that was never begun", async () => {
  server.announce.mockResolvedValue({ slides: [slide("a", 0)], refused: [{ chosen: [1], sentence: "Too large." }], left_out: 0 });
  await addFiles(chosen("Roe.svs", "big.svs"));
  expect(items().map(({ name, sentence }) => [name, sentence])).toEqual([["Roe.svs", null], ["big.svs", "Too large."]]);
  dismiss(items()[1]!.id);
  expect(server.givenUp).toEqual([]);
  dismiss("a");
  expect(server.givenUp).toEqual(["a"]);
});

it("knows after a reload what its own unfinished uploads were called, and forgets it when they are over", async () => {
  server.announce.mockResolvedValue({ slides: [slide("a", 0)], refused: [], left_out: 0 });
  await addFiles(chosen("Roe.svs"));
  useUploads.setState({ items: [] });
  server.waiting = [slide("a", 0, 2), slide("of another browser", 1)];
  await showWaiting();
  expect(items().map(({ name, sent, state }) => [name, sent, state])).toEqual([["Roe.svs", 2, "absent"], ["Slide 2", 0, "absent"]]);
  dismiss("a");
  expect(localStorage.length).toBe(0);
});

it("needs no file for what has come whole", async () => {
  server.waiting = [slide("whole", 0, 5), slide("stuck", 1, 5), slide("ended elsewhere", 2, 5)];
  server.finish.mockImplementation(async (address: string) => {
    if (address !== "/whole") throw new ApiError(address === "/stuck" ? 507 : 404, "");
  });
  await showWaiting();
  await vi.waitFor(() => expect(items().map(({ id, state }) => [id, state])).toEqual([["whole", "done"], ["stuck", "absent"]]));
});

it("goes on by itself when the connection was lost", async () => {
  vi.useFakeTimers();
  server.announce.mockResolvedValue({ slides: [slide("a", 0)], refused: [], left_out: 0 });
  await addFiles(chosen("a.svs"));
  transfers[0]!.events.onConnectionLost();
  expect(states()).toEqual(["waiting"]);
  await vi.advanceTimersByTimeAsync(5000);
  expect(transfers[0]!.started).toBe(2);
  transfers[0]!.events.onProgress(4);
  expect(states()).toEqual(["sending"]);
  vi.useRealTimers();
});
