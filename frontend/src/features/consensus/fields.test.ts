import { expect, it } from "vitest";
import { answered, countTyped } from "./fields";

it("takes whole numbers, and nothing for not answered", () => {
  expect(["5", " 12 ", "0", ""].map(countTyped)).toEqual([5, 12, 0, null]);
});

it("takes nothing that is no count", () => {
  expect(["-1", "2.5", "ten", "10001", "1e3"].map(countTyped)).toEqual(Array(5).fill(undefined));
});

it("says an answer in the words of the form", () => {
  expect(answered("atrophy", "mild")).toBe("Atrophy: mild");
  expect(answered("pattern", "fls")).toBe("Pattern: Focal lymphocytic sialadenitis (FLS)");
  expect(answered("amyloid", "absent")).toBe("Amyloid: absent");
  expect(answered("confluent", true)).toMatch(/: yes$/i);
  expect(answered("glands", 5)).toBe("Glands: 5");
  expect(answered("glands", null)).toBe("Glands: —");
});
