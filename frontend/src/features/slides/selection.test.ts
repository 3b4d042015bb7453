import { expect, it } from "vitest";
import type { Slide } from "@/api/types";
import { NOTHING, refreshed, shareChosen, toggled } from "./selection";

const slide = (id: string, name = id) => ({ id, name }) as Slide;
const [a, b, c] = ["a", "b", "c"].map((id) => slide(id)) as [Slide, Slide, Slide];

it("chooses all that were not all chosen, and leaves those of other pages chosen", () => {
  const one = toggled(NOTHING, [a]);
  const both = toggled(one, [a, b]);
  expect([...both.keys()]).toEqual(["a", "b"]);
  expect([...toggled(toggled(both, [c]), [a, b]).keys()]).toEqual(["c"]);
});

it("tells all from some from none", () => {
  expect([NOTHING, toggled(NOTHING, [a]), toggled(NOTHING, [a, b])].map((chosen) => shareChosen(chosen, [a, b]))).toEqual([
    "none",
    "some",
    "all",
  ]);
  expect(shareChosen(NOTHING, [])).toBe("none");
});

it("shows what is known now of a chosen slide", () => {
  expect(refreshed(toggled(NOTHING, [a, b]), [slide("a", "renamed")]).map((one) => one.name)).toEqual(["renamed", "b"]);
});
