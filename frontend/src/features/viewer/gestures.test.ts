import { beforeEach, describe, expect, it } from "vitest";
import { gestures, type Claim, type Pointer } from "./gestures";

let told: string[] = [];
let claim: Claim | null = "stroke";

const at = (id: number, x: number, y: number, kind = "mouse"): Pointer => ({ id, kind, button: 0, x, y });

function hands() {
  return gestures({
    claim: () => claim,
    press: ({ x, y }) => told.push(`press ${x},${y}`),
    drag: ({ x, y }) => told.push(`drag ${x},${y}`),
    release: ({ x, y }) => told.push(`release ${x},${y}`),
    abort: () => told.push("abort"),
    pan: (x, y) => told.push(`pan ${x},${y}`),
    zoom: (factor, x, y) => told.push(`zoom ${factor} at ${x},${y}`),
  });
}

beforeEach(() => {
  [told, claim] = [[], "stroke"];
});

describe("gestures", () => {
  it("draws from press to release", () => {
    const hand = hands();
    hand.down(at(1, 0, 0));
    hand.move(at(1, 5, 0));
    hand.up(at(1, 9, 0));
    expect(told).toEqual(["press 0,0", "drag 5,0", "release 9,0"]);
  });

  it("gives up the stroke for a second finger, which pinches", () => {
    const hand = hands();
    hand.down(at(1, 0, 0, "touch"));
    hand.down(at(2, 100, 0, "touch"));
    hand.move(at(2, 200, 0, "touch"));
    hand.up(at(1, 0, 0, "touch"));
    hand.move(at(2, 210, 7, "touch"));
    expect(told).toEqual(["press 0,0", "abort", "pan 50,0", "zoom 2 at 100,0", "pan 10,7"]);
  });

  it("draws again once all fingers were lifted", () => {
    const hand = hands();
    hand.down(at(1, 0, 0, "touch"));
    hand.down(at(2, 100, 0, "touch"));
    hand.up(at(1, 0, 0, "touch"));
    hand.up(at(2, 0, 0, "touch"));
    hand.down(at(3, 4, 4, "touch"));
    expect(told.at(-1)).toBe("press 4,4");
  });

  it("does not mind a palm beside the pen", () => {
    const hand = hands();
    hand.down(at(1, 0, 0, "pen"));
    expect(hand.down(at(2, 100, 0, "touch"))).toBe(true);
    hand.move(at(1, 5, 0, "pen"));
    expect(told).toEqual(["press 0,0", "drag 5,0"]);
  });

  it("leaves alone what nobody claims, and follows what pans", () => {
    const hand = hands();
    claim = null;
    expect(hand.down(at(1, 0, 0))).toBe(false);
    expect(hand.move(at(1, 5, 5))).toBe(false);
    claim = "pan";
    hand.down(at(1, 0, 0));
    hand.move(at(1, 5, 5));
    expect(told).toEqual(["pan 5,5"]);
  });

  it("draws nothing when the browser takes the pointer away", () => {
    const hand = hands();
    hand.down(at(1, 0, 0, "touch"));
    hand.cancel(at(1, 0, 0, "touch"));
    expect(told).toEqual(["press 0,0", "abort"]);
  });
});
