import { afterEach, expect, it } from "vitest";
import { speak } from "./i18n";
import { absolute, ago } from "./time";

afterEach(() => speak("en"));

const now = Date.parse("2026-03-01T12:00:00Z");

it("says how long ago in the largest unit that fits", () => {
  const said = ["2026-03-01T11:59:40Z", "2026-03-01T11:58:00Z", "2026-03-01T09:00:00Z", "2026-02-28T12:00:00Z"].map((t) =>
    ago(t, now),
  );
  expect(said).toEqual(["just now", "2 minutes ago", "3 hours ago", "yesterday"]);
});

it("takes a clock that runs ahead for now", () => {
  expect(ago("2026-03-01T12:00:30Z", now)).toBe("just now");
});

it("speaks of time in the chosen language", () => {
  speak("zh");
  expect(ago("2026-03-01T11:59:40Z", now)).toBe("刚刚");
  expect(ago("2026-03-01T09:00:00Z", now)).toBe("3小时前");
  expect(absolute("2026-03-01T12:00:00Z")).toMatch(/^2026年3月[12]日/);
});
