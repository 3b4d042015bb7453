import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keys } from "../keys";
import type { Command, Review } from "../types";
import { aLesion, aReview } from "./example";
import { put, useOutbox } from "./outbox";
import { drain, settle } from "./send";
import { touched } from "./touched";

const ME = "reader";
const base = aReview(aLesion(1, 80), aLesion(2, 60));
let queries: QueryClient;
let asked: { version: string | null; id: string }[];

function answering(...answers: (() => Response | Promise<Response>)[]) {
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push({ version: request.headers.get("if-match"), id: (await request.json()).id });
    const answer = answers.shift();
    if (!answer) throw new Error("asked once too often");
    return answer();
  });
}

const json = (status: number, body: unknown) => () => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
const said = (number: number, verdict: "confirmed" | "rejected" = "confirmed", id = `c${number}`): Command => ({ id, kind: "verdict", lesion_ids: [`lesion-${number}`], verdict });
const post = (command: Command, username = ME) => put({ analysisId: "a", command, username, seen: touched(command, base) });
const changedBy = (number: number, version: string, verdict: "confirmed" | "rejected" = "rejected"): Review => ({
  ...base, version, lesions: base.lesions.map((one) => (one.number === number ? { ...one, verdict } : one)),
});
const waiting = () => useOutbox.getState().pending.map(({ command }) => command.id);
const refused = vi.fn();

beforeEach(() => {
  queries = new QueryClient();
  queries.setQueryData(keys.review("a"), base);
  useOutbox.setState({ pending: [], clash: null });
  asked = [];
  refused.mockReset();
});
afterEach(() => vi.unstubAllGlobals());

it("sends one after the other, each to the version that the last left", async () => {
  post(said(1));
  post(said(2));
  answering(json(201, { ...base, version: "1-0" }), json(201, { ...base, version: "2-0" }));
  await drain(queries, ME, refused);
  expect(asked).toEqual([{ version: '"0-0"', id: "c1" }, { version: '"1-0"', id: "c2" }]);
  expect(waiting()).toEqual([]);
});

it("keeps trying under the same id while the server cannot be reached", async () => {
  vi.useFakeTimers();
  post(said(1));
  answering(() => Promise.reject(new TypeError("no network")), json(503, {}), json(201, { ...base, version: "1-0" }));
  const done = drain(queries, ME, refused);
  await vi.runAllTimersAsync();
  await done;
  vi.useRealTimers();
  expect(asked.map(({ id }) => id)).toEqual(["c1", "c1", "c1"]);
  expect(waiting()).toEqual([]);
});

it("sends again by itself where somebody else changed another lesion", async () => {
  post(said(1));
  answering(json(412, { detail: "changed", current: changedBy(2, "1-0") }), json(201, { ...base, version: "2-0" }));
  await drain(queries, ME, refused);
  expect(asked.map(({ version }) => version)).toEqual(['"0-0"', '"1-0"']);
  expect(useOutbox.getState().clash).toBeNull();
});

it("asks the reader where somebody else changed the same lesion, and overwrites nothing meanwhile", async () => {
  post(said(1));
  post(said(2));
  answering(json(412, { detail: "changed", current: changedBy(1, "1-0") }));
  await drain(queries, ME, refused);
  expect(useOutbox.getState().clash?.about).toEqual(["lesion-1"]);
  expect(waiting()).toEqual(["c1", "c2"]);

  settle("theirs");
  answering(json(201, { ...base, version: "2-0" }));
  await drain(queries, ME, refused);
  expect(asked.at(-1)).toEqual({ version: '"1-0"', id: "c2" });
});

it("does not ask where somebody else said the same", async () => {
  post(said(1));
  answering(json(412, { detail: "changed", current: changedBy(1, "1-0", "confirmed") }), json(201, { ...base, version: "2-0" }));
  await drain(queries, ME, refused);
  expect(useOutbox.getState().clash).toBeNull();
  expect(asked.map(({ version }) => version)).toEqual(['"0-0"', '"1-0"']);
});

it("says it all the same where the reader insists", async () => {
  post(said(1));
  answering(json(412, { detail: "changed", current: changedBy(1, "1-0") }));
  await drain(queries, ME, refused);
  settle("mine");
  answering(json(201, { ...base, version: "2-0" }));
  await drain(queries, ME, refused);
  expect(asked.at(-1)).toEqual({ version: '"1-0"', id: "c1" });
  expect(waiting()).toEqual([]);
});

it("lets go of what is refused, says so, and goes on", async () => {
  post(said(1));
  post(said(2));
  answering(json(409, { detail: "The review is signed." }), json(201, { ...base, version: "1-0" }));
  await drain(queries, ME, refused);
  expect(refused.mock.calls[0]![1].message).toBe("The review is signed.");
  expect(waiting()).toEqual([]);
});

it("does not send what another reader left in this browser", async () => {
  post(said(1), "somebody");
  answering();
  await drain(queries, ME, refused);
  expect(waiting()).toEqual(["c1"]);
});

it("outlives a reload", async () => {
  post(said(1));
  expect(JSON.parse(localStorage.getItem("focusscope-outbox")!).state.pending[0].command.id).toBe("c1");
});
