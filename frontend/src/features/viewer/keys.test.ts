import { expect, it } from "vitest";
import { DEFAULT_KEYS } from "./keys";

const REVIEW = ["J", "K", "A", "R", "U", "E"];

it("gives each key one meaning, and none of those of the review", () => {
  const keys = [...Object.values(DEFAULT_KEYS).flat(), ...REVIEW];
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});
