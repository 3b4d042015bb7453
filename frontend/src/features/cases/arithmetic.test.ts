import { beforeEach, describe, expect, it } from "vitest";
import type { CaseSum } from "@/api/types";
import { speak } from "@/lib/i18n";
import { arithmetic, reasonOf } from "./arithmetic";

const part = (name: string, foci: number | null, area: number | null, reason: string | null = null) => ({
  slide_id: name,
  name,
  foci,
  glandular_area_mm2: area,
  reason,
  left_out: null,
  left_out_by: null,
});

const sum = (focus_score: number | null, ...parts: CaseSum["parts"]): CaseSum => ({
  foci: focus_score === null ? null : 5,
  glandular_area_mm2: focus_score === null ? null : 17.5,
  focus_score,
  low: 0.37,
  high: 2.67,
  reason: null,
  meets_criterion: null,
  parts,
});

beforeEach(() => speak("en"));

describe("the score of a case", () => {
  it("is spelled out slide by slide", () => {
    const two = sum(1.142857, part("level 1", 3, 9.1), part("level 2", 2, 8.4));
    expect(arithmetic(two)).toBe("(3 + 2) foci ÷ (9.10 + 8.40) mm² × 4 = 1.14");
    expect(reasonOf(two)).toBe("");
  });

  it("is unknown by the slide that lacks its own, and no sum is pretended", () => {
    const unknown = sum(null, part("level 1", 3, 9.1), part("level 2", null, null, "The slide has not been analysed."));
    expect(arithmetic(unknown)).toBeNull();
    expect(reasonOf(unknown)).toBe("level 2: The slide has not been analysed.");
  });

  it("is without the slides that are left out, whether their own is known or not", () => {
    const left = { left_out: "damaged", left_out_by: "Reader" };
    const two = sum(1.32, part("level 1", 3, 9.1), { ...part("level 2", null, null, "?"), ...left });
    expect(arithmetic(two)).toBe("(3) foci ÷ (9.10) mm² × 4 = 1.32");
    const unknown = sum(null, { ...part("level 1", null, null, "first"), ...left }, part("level 2", null, null, "second"));
    expect(reasonOf(unknown)).toBe("level 2: second");
  });

  it("says why in Chinese on a Chinese page", () => {
    speak("zh");
    expect(reasonOf(sum(null, part("level 2", null, null, "The slide has not been analysed.")))).toBe("level 2：该切片尚未分析。");
  });
});
