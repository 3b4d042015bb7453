import { expect, it } from "vitest";
import type { Analysis } from "@/api/types";
import { otherWorthKnowing } from "./other";

const analysis = (id: string, status: Analysis["status"], review: string | null = null) =>
  ({ id, status, review: review && { status: review } }) as Analysis;
const signed = analysis("signed", "succeeded", "signed");
const ready = analysis("ready", "succeeded", "ready");
const running = analysis("running", "running");
const failed = analysis("failed", "failed");

it("tells of what came after what is on show", () => {
  expect(otherWorthKnowing([ready, signed], signed)).toEqual({ kind: "newer", analysis: ready });
  expect(otherWorthKnowing([running, signed], signed)).toEqual({ kind: "underWay", analysis: running });
  expect(otherWorthKnowing([running, ready], ready)).toEqual({ kind: "underWay", analysis: running });
  expect(otherWorthKnowing([failed, signed, ready], signed)).toBeNull();
  expect(otherWorthKnowing([ready, failed], ready)).toBeNull();
});

it("tells of the signed review beside any other", () => {
  expect(otherWorthKnowing([ready, signed], ready)).toEqual({ kind: "signed", analysis: signed });
});
