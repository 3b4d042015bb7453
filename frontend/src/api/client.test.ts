import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { api, bodyOf } from "./client";
import { resumeAfterSignIn, useConnection } from "./connection";

const fetched = vi.fn<typeof fetch>();

beforeEach(() => vi.stubGlobal("fetch", fetched));
afterEach(() => {
  vi.unstubAllGlobals();
  fetched.mockReset();
});

function answer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}

it("throws the server's sentence", async () => {
  fetched.mockResolvedValueOnce(answer(409, { detail: "An analysis is already running." }));
  await expect(bodyOf(api.GET("/health"))).rejects.toThrow("An analysis is already running.");
});

it("waits for a new sign-in where the session has ended, then asks again", async () => {
  fetched.mockResolvedValueOnce(answer(401, { detail: "Please sign in." }));
  fetched.mockResolvedValueOnce(answer(401, { detail: "Please sign in." }));
  fetched.mockResolvedValueOnce(answer(200, { status: "ok" }));
  const health = bodyOf(api.GET("/health"));
  await vi.waitFor(() => expect(useConnection.getState().signInNeeded).toBe(true));
  resumeAfterSignIn();
  expect(await health).toEqual({ status: "ok" });
});

it("asks again, and nobody to sign in, where the cookie was renewed meanwhile", async () => {
  let changed: (answer: Response) => void = () => undefined;
  fetched.mockReturnValueOnce(new Promise((resolve) => (changed = resolve)));
  fetched.mockResolvedValueOnce(answer(401, { detail: "Please sign in." }));
  fetched.mockResolvedValueOnce(answer(200, { status: "ok" }));
  const change = api.DELETE("/api/account/sessions");
  const health = bodyOf(api.GET("/health"));
  await vi.waitFor(() => expect(fetched).toHaveBeenCalledTimes(2));
  changed(new Response(null, { status: 204 }));
  expect(await health).toEqual({ status: "ok" });
  await change;
  expect(useConnection.getState().signInNeeded).toBe(false);
});

it("says so where the server cannot be reached, and forgets it with the next answer", async () => {
  fetched.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  await expect(bodyOf(api.GET("/health"))).rejects.toMatchObject({ status: 0 });
  expect(useConnection.getState().reachable).toBe(false);
  fetched.mockResolvedValueOnce(answer(200, {}));
  await bodyOf(api.GET("/health"));
  expect(useConnection.getState().reachable).toBe(true);
});
