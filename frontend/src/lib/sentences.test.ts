import { afterEach, describe, expect, it } from "vitest";
import { i18n } from "./i18n";
import { inLanguage } from "./sentences";
import { slideName } from "./slideName";

afterEach(() => void i18n.changeLanguage("en"));

describe("a sentence of the server", () => {
  it("stays as it is on an English page", () => {
    expect(inLanguage("The file is empty.")).toBe("The file is empty.");
  });

  it("is Chinese on a Chinese page, with its numbers and what they say", async () => {
    await i18n.changeLanguage("zh");
    expect(inLanguage("The file is empty.")).toBe("文件为空。");
    expect(inLanguage("The glandular area is 6.3 mm², less than the 8 mm² recommended.")).toBe("腺体面积为 6.3 mm²，小于建议的 8 mm²。");
    expect(inLanguage("The stains were taken from the reference: only one stain is present.")).toBe("染色采用参考值：只有一种染色。");
    expect(inLanguage("The file is a JPEG picture, not a whole slide image.")).toBe("文件是 JPEG 图片，不是全切片图像。");
  });

  it("names a slide that nobody has named yet in Chinese, too, and leaves the names that readers gave", async () => {
    await i18n.changeLanguage("zh");
    expect([slideName("Slide 12"), slideName("Slide from Monday"), slideName("Lip 12")]).toEqual(["切片 12", "Slide from Monday", "Lip 12"]);
    expect(inLanguage("“Slide 3” belongs to another case: take it out there first.")).toContain("“切片 3”");
  });

  it("stays English where nobody has translated it", async () => {
    await i18n.changeLanguage("zh");
    expect(inLanguage("Something new (with a bracket.")).toBe("Something new (with a bracket.");
  });
});
