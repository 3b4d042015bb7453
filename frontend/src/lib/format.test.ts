import { afterEach, describe, expect, it } from "vitest";
import { bytes, fixed, millimetres, mpp, percent, seconds, UNKNOWN } from "./format";
import { speak } from "./i18n";

afterEach(() => speak("en"));

describe("format", () => {
  it("writes what is unknown as a dash, never as 0", () => {
    expect(fixed(null, 2)).toBe(UNKNOWN);
    expect(percent(undefined)).toBe(UNKNOWN);
    expect(mpp(null, null)).toBe(UNKNOWN);
  });

  it("keeps a true 0", () => {
    expect(fixed(0, 2)).toBe("0.00");
    expect(percent(0)).toBe("0\u00a0%");
  });

  it("writes a minus sign, no hyphen", () => {
    expect(fixed(-0.5, 2)).toBe("−0.50");
  });

  it("writes sizes in powers of 1000", () => {
    expect([0, 999, 1500, 3_901_814, 2e10].map(bytes)).toEqual(["0 B", "999 B", "1.50 kB", "3.90 MB", "20.0 GB"]);
  });

  it("shows both pixel sizes only where they differ", () => {
    expect(mpp(0.499, 0.499)).toBe("0.499 µm/px");
    expect(mpp(0.25, 0.5)).toBe("0.250 × 0.500 µm/px");
  });

  it("turns pixels into millimetres axis by axis", () => {
    expect(millimetres(10_000, 4_000, 0.5, 1)).toBe("5.0 × 4.0 mm");
  });

  it("writes durations as people say them", () => {
    expect([seconds(0.84), seconds(48.2), seconds(119.7)]).toEqual(["0.8 s", "48 s", "2 min 0 s"]);
  });

  it("writes shares and durations as Chinese readers do", () => {
    speak("zh");
    expect([percent(0.434), seconds(48.2), seconds(119.7)]).toEqual(["43%", "48 秒", "2 分 0 秒"]);
  });
});
