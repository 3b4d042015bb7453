import { renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Analysis } from "@/api/types";
import { chosenAnalysis, shownOf, useChosenAnalysis } from "./chosen";

const analysis = (id: string, status: Analysis["status"]) => ({ id, status }) as Analysis;
const failed = analysis("failed", "failed");
const earlier = analysis("earlier", "succeeded");
const signed = { ...analysis("signed", "succeeded"), review: { status: "signed" } } as Analysis;
const running = analysis("running", "running");

it("shows the analysis that was asked for", () => {
  expect(chosenAnalysis([running, earlier], "earlier")).toBe(earlier);
});

it("shows one under way before one that is done", () => {
  expect(chosenAnalysis([running, earlier], null)).toBe(running);
});

it("shows the signed review, whatever was analysed since, unless another is asked for", () => {
  expect(chosenAnalysis([running, earlier, signed], null)).toBe(signed);
  const amended = { ...signed, review: { status: "amending" } } as Analysis;
  expect(chosenAnalysis([earlier, amended], null)).toBe(amended);
  expect(chosenAnalysis([earlier, signed], "earlier")).toBe(earlier);
});

it("keeps findings in view after a later analysis failed", () => {
  expect(chosenAnalysis([failed, earlier], null)).toBe(earlier);
  expect(chosenAnalysis([failed], null)).toBe(failed);
  expect(chosenAnalysis([], null)).toBeNull();
});

it("asks for no proposals that are withheld", () => {
  expect(shownOf(earlier)).toEqual({ id: "earlier", reviewable: "earlier", bare: null });
  expect(shownOf({ ...earlier, withheld: true })).toEqual({ id: "earlier", reviewable: null, bare: "earlier" });
  expect(shownOf(running)).toEqual({ id: null, reviewable: null, bare: null });
});

it("keeps open what is open, whatever is signed or begun meanwhile", () => {
  const { result, rerender } = renderHook(({ analyses, asked }) => useChosenAnalysis(analyses, asked), {
    initialProps: { analyses: [running], asked: null as string | null },
  });
  const ready = { ...running, status: "succeeded" } as Analysis;
  for (const [analyses, asked, shown] of [
    [[failed, running], null, running],
    [[ready, earlier], null, ready],
    [[ready, signed], null, ready],
    [[analysis("newest", "running"), ready, signed], null, ready],
    [[ready, signed], "signed", signed],
  ] as const) {
    rerender({ analyses: [...analyses], asked });
    expect(result.current).toBe(shown);
  }
});
