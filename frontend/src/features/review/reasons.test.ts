import { afterEach, expect, it } from "vitest";
import type { Review, Score } from "@/api/types";
import { speak } from "@/lib/i18n";
import { reasonOf, reviewedReason } from "./reasons";

const score = (glandular_area_mm2: number | null, reason: string | null = null) => ({ glandular_area_mm2, reason }) as Score;
const review = (decided: number, total: number, reviewed: Score) => ({ decided, total, reviewed, lesions: [], fields: {} }) as unknown as Review;

afterEach(() => speak("en"));

it("says first that nothing has been decided, or that there was nothing to decide", () => {
  expect(reviewedReason(review(0, 3, score(4)))).toBe("No focus has been decided yet.");
  expect(reviewedReason(review(0, 0, score(4)))).toBe("Nothing was proposed: state the pattern once you have looked at the slide yourself.");
  expect(reviewedReason(review(1, 3, score(null)))).toBe("The glandular area is unknown.");
});

it("tells an unknown area from none, in the reader's language", () => {
  speak("zh");
  expect([reasonOf(score(null)), reasonOf(score(0))]).toEqual(["腺体面积未知。", "未发现腺体组织。"]);
});

it("keeps the server's words for what it does not know", () => {
  expect(reasonOf(score(4, "Another reason."))).toBe("Another reason.");
});
