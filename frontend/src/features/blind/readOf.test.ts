import { expect, it } from "vitest";
import { readOf } from "./readOf";

it("wants a pattern, and a score or that none can be said", () => {
  expect(readOf(null, 1, false)).toBeNull();
  expect(readOf("fls", "", false)).toBeNull();
  expect(readOf("fls", 1.5, false)).toEqual({ pattern: "fls", estimated_focus_score: 1.5 });
});

it("never takes what cannot be said for zero", () => {
  expect(readOf("other", "", true)?.estimated_focus_score).toBeNull();
  expect(readOf("other", 2, true)?.estimated_focus_score).toBeNull();
  expect(readOf("normal", 0, false)?.estimated_focus_score).toBe(0);
});
