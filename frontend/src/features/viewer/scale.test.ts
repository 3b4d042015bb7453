import { describe, expect, it } from "vitest";
import { magnificationAt, magnificationLabel, scaleBar, umPerPixelAt } from "./scale";

describe("magnification", () => {
  it("shows half a micrometre in a pixel at 20×", () => {
    expect(umPerPixelAt(20)).toBe(0.5);
    expect(magnificationAt(0.25)).toBe(40);
  });

  it("writes no more digits than matter", () => {
    expect([0.6543, 2.5, 4.321, 19.96].map(magnificationLabel)).toEqual(["0.65×", "2.5×", "4.3×", "20×"]);
  });
});

describe("scale bar", () => {
  it("has a round length that fits", () => {
    expect(scaleBar(0.5, 140)).toEqual({ um: 50, pixels: 100, label: "50 µm" });
    expect(scaleBar(1, 100)).toEqual({ um: 100, pixels: 100, label: "100 µm" });
  });

  it("turns to millimetres", () => {
    expect(scaleBar(20, 140).label).toBe("2 mm");
    expect(scaleBar(10, 140).label).toBe("1 mm");
  });

  it("stays round at the finest zoom", () => {
    expect(scaleBar(0.01, 140).label).toBe("1 µm");
  });
});
