import { expect, it } from "vitest";
import { speedMeter } from "./speed";

it("measures over the last seconds only", () => {
  const speed = speedMeter();
  expect(speed(0, 0)).toBeNull();
  expect(speed(1000, 1000)).toBe(1000);
  speed(1000, 5000);
  expect(speed(3000, 6000)).toBe(2000);
});
