import { expect, it } from "vitest";
import { ago } from "./time";

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
