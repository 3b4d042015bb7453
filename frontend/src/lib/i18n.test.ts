import { afterEach, expect, it, vi } from "vitest";
import { firstLanguage, i18n, speak } from "./i18n";

afterEach(() => {
  speak("en");
  localStorage.clear();
  vi.restoreAllMocks();
});

it("speaks the language that was chosen before", () => {
  speak("zh");
  expect(firstLanguage()).toBe("zh");
  expect(document.documentElement.lang).toBe("zh");
  expect(i18n.t("researchUse")).toBe("仅供研究使用，不得用于诊断程序。");
});

it("takes the browser's language where none was chosen, and English where it is neither of ours", () => {
  localStorage.clear();
  const browsers = vi.spyOn(navigator, "language", "get");
  const spoken = ["zh-CN", "zh-Hant-TW", "en-US", "fr"].map((tag) => (browsers.mockReturnValue(tag), firstLanguage()));
  expect(spoken).toEqual(["zh", "zh", "en", "en"]);
});

it("counts in English with one and many", () => {
  expect([1, 0, 2].map((count) => i18n.t("review:foci", { count }))).toEqual(["1 focus", "0 foci", "2 foci"]);
});
