import { expect, it } from "vitest";
import { aLesion, aReview } from "@/api/review/example";
import { lacking } from "./lacking";

it("lists what is undecided, what is still counted, and what is unanswered", () => {
  const review = aReview(aLesion(1, 80), aLesion(2, null, { verdict: "added" }), aLesion(3, 70, { verdict: "rejected" }));
  expect(lacking(review)).toEqual([
    { kind: "undecided", lesion: 1, field: null },
    { kind: "counting", lesion: 2, field: null },
    { kind: "field", lesion: null, field: "pattern" },
  ]);
});

it("waits for no count where the reader has said whether it is a focus, or that it is none of theirs", () => {
  const said = aLesion(1, null, { verdict: "added", counts_as_focus: true, overridden: true });
  const rejected = aLesion(2, null, { verdict: "rejected" });
  expect(lacking({ ...aReview(said, rejected), missing_fields: [] })).toEqual([]);
});
