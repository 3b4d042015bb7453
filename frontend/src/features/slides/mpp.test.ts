import { expect, it } from "vitest";
import { readMpp } from "./mpp";

it("reads a pixel size with a point or a comma", () => {
  expect([readMpp("0.25"), readMpp(" 0,4990 ")]).toEqual([0.25, 0.499]);
});

it("takes nothing that cannot be one", () => {
  expect(["", "0", "-0.5", "0.25 µm", "1e9"].map(readMpp)).toEqual([null, null, null, null, null]);
});
