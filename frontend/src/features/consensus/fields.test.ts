import { expect, it } from "vitest";
import { countTyped } from "./fields";

it("takes whole numbers, and nothing for not answered", () => {
  expect(["5", " 12 ", "0", ""].map(countTyped)).toEqual([5, 12, 0, null]);
});

it("takes nothing that is no count", () => {
  expect(["-1", "2.5", "ten", "10001", "1e3"].map(countTyped)).toEqual(Array(5).fill(undefined));
});
