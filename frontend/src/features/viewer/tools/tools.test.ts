import { describe, expect, it } from "vitest";
import { areaOf, boundsOf, slidePoint, type SlideRings } from "../geometry";
import type { Shape } from "../outlines";
import { COMMANDS } from "./commands";
import { picked } from "./select";
import type { Answer, Bench, Step, Tool } from "./tool";
import { TOOLBOX } from "./toolbox";

function square(id: string, x: number, y: number, side: number): Shape {
  const rings: SlideRings = [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]];
  return { id, rings, bounds: boundsOf(rings) };
}

const [one, beside, far] = [square("one", 0, 0, 100), square("beside", 100, 0, 100), square("far", 5000, 5000, 100)];

function bench(change: Partial<Bench> = {}): Bench {
  const shapes = [one, beside, far];
  const slide = { width: 10_000, height: 10_000 };
  return { layer: "lesion", shapes, selected: [], mode: "new", slide, mpp: { x: 0.5, y: 0.5 }, radius: 10, reach: 5, ...change };
}

const at = (x: number, y: number, held: Partial<Step> = {}): Step => ({ point: slidePoint(x, y), adds: false, subtracts: false, ...held });

function drag(tool: Tool, steps: Step[], on: Bench): Answer {
  tool.press?.(steps[0]!, on);
  steps.slice(1).forEach((step) => tool.drag?.(step, on));
  return tool.release?.(steps.at(-1)!, on) ?? {};
}

function click(tool: Tool, steps: Step[], on: Bench): Answer {
  return steps.map((step) => (tool.press?.(step, on), tool.release?.(step, on) ?? {})).at(-1)!;
}

const added = ({ change }: Answer) => change!.added.map(({ rings, parents }) => [areaOf(rings), parents] as const);

describe("polygon", () => {
  const corners = [at(1000, 1000), at(1200, 1000), at(1200, 1100), at(1000, 1100)];

  it("closes on its first corner", () => {
    expect(added(click(TOOLBOX.polygon(), [...corners, at(1001, 1001)], bench()))).toEqual([[20_000, []]]);
  });

  it("closes on Enter, after Backspace took a corner back", () => {
    const tool = TOOLBOX.polygon();
    click(tool, [...corners, at(4000, 4000)], bench());
    tool.key?.("back", bench());
    expect(added(tool.key!("close", bench())!)).toEqual([[20_000, []]]);
  });

  it("is no shape with two corners, and says so", () => {
    const tool = TOOLBOX.polygon();
    click(tool, corners.slice(0, 2), bench());
    expect(tool.key!("close", bench())).toEqual({ preview: null, refused: "tooFewPoints" });
  });

  it("is taken from what is selected while Alt is held at its first corner", () => {
    const tool = TOOLBOX.polygon();
    click(tool, [at(50, -10, { subtracts: true }), at(200, -10), at(200, 200), at(50, 200)], bench({ selected: [one] }));
    const answer = tool.key!("close", bench({ selected: [one] }))!;
    expect(answer.change!.removed).toEqual(["one"]);
    expect(added(answer)).toEqual([[5000, ["one"]]]);
  });
});

describe("brush", () => {
  it("makes a new shape beside others, and goes on with the selected one where it begins in it", () => {
    expect(drag(TOOLBOX.brush(), [at(50, 50), at(50, 300)], bench()).change!.removed).toEqual([]);
    const grown = drag(TOOLBOX.brush(), [at(50, 50), at(50, 300)], bench({ selected: [one] }));
    expect(grown.change!.removed).toEqual(["one"]);
    expect(added(grown)).toEqual([[expect.closeTo(10_000 + 20 * 200 + (Math.PI * 100) / 2, -2), ["one"]]]);
  });

  it("with Shift joins only what it touches", () => {
    const answer = drag(TOOLBOX.brush(), [at(150, 50, { adds: true }), at(150, 300)], bench({ selected: [one, beside] }));
    expect(answer.change!.removed).toEqual(["beside"]);
  });
});

describe("eraser", () => {
  it("cuts a shape into islands that know where they come from", () => {
    const answer = drag(TOOLBOX.eraser(), [at(50, -50), at(50, 150)], bench({ selected: [one] }));
    expect(added(answer)).toEqual([[4000, ["one"]], [4000, ["one"]]]);
  });

  it("leaves nothing of what it covers, and says where there was nothing", () => {
    expect(drag(TOOLBOX.eraser(), [at(50, 50)], bench({ radius: 500, selected: [one] })).change).toEqual({ removed: ["one"], added: [] });
    expect(drag(TOOLBOX.eraser(), [at(3000, 3000)], bench()).refused).toBe("nothingThere");
  });
});

describe("split and merge", () => {
  it("splits every shape that the line crosses where none is selected", () => {
    const answer = drag(TOOLBOX.split(), [at(-10, 50), at(300, 50)], bench());
    expect(answer.change!.removed).toEqual(["one", "beside"]);
    expect(added(answer).map(([area]) => area)).toEqual([5000, 5000, 5000, 5000]);
  });

  it("makes one of shapes gathered by clicks, with all of them as parents", () => {
    const tool = TOOLBOX.merge();
    tool.press!(at(150, 50), bench({ selected: [one] }));
    expect(added(tool.key!("close", bench({ selected: [one] }))!)).toEqual([[20_000, ["one", "beside"]]]);
  });

  it("refuses to merge what lies apart", () => {
    expect(COMMANDS.merge(bench({ selected: [one, far] })).refused).toBe("apart");
  });
});

describe("vertices", () => {
  it("moves a vertex, and leaves the slide to be moved elsewhere", () => {
    const on = bench({ selected: [one] });
    expect(TOOLBOX.vertices().takes(at(50, 50), on)).toBe(false);
    expect(added(drag(TOOLBOX.vertices(), [at(1, 1), at(50, 50)], on))).toEqual([[5000, ["one"]]]);
  });

  it("refuses what would cross itself or leave the slide", () => {
    const on = bench({ selected: [one] });
    expect(drag(TOOLBOX.vertices(), [at(0, 0), at(150, 50)], on).refused).toBe("crossesItself");
    expect(drag(TOOLBOX.vertices(), [at(0, 0), at(-50, 0)], on).refused).toBe("outsideSlide");
  });

  it("deletes the vertex under the pointer, not the shape", () => {
    const tool = TOOLBOX.vertices();
    tool.hover!(at(100, 100), bench({ selected: [one] }));
    expect(added(tool.key!("delete", bench({ selected: [one] }))!)).toEqual([[5000, ["one"]]]);
    tool.hover!(at(50, 50), bench({ selected: [one] }));
    expect(tool.key!("delete", bench({ selected: [one] }))).toBeNull();
  });
});

describe("measuring", () => {
  it("says lengths and areas, and changes nothing", () => {
    const length = drag(TOOLBOX.measureLength(), [at(0, 0), at(300, 400)], bench());
    expect([length.preview!.label!.text, length.change]).toEqual(["250 µm", undefined]);
    const tool = TOOLBOX.measureArea();
    click(tool, [at(0, 0), at(2000, 0), at(2000, 1000), at(0, 1000)], bench());
    expect(tool.key!("close", bench())!.preview!.label!.text).toBe("0.5 mm²");
  });

  it("says nothing where the pixel size is unknown", () => {
    expect(drag(TOOLBOX.measureLength(), [at(0, 0), at(300, 400)], bench({ mpp: null })).preview!.label).toBeUndefined();
  });
});

describe("selecting", () => {
  it("takes one, or with Shift one more or one less", () => {
    expect(picked("b", false, ["a"])).toEqual(["b"]);
    expect(picked("b", true, ["a"])).toEqual(["a", "b"]);
    expect(picked("a", true, ["a", "b"])).toEqual(["b"]);
    expect([picked(null, false, ["a"]), picked(null, true, ["a"])]).toEqual([[], ["a"]]);
  });
});
