import { expect, it } from "vitest";
import { chosenFiles, droppedFiles, nameOf, type Chosen } from "./chosen";

const at = (path: string): Chosen => ({ path, file: new File(["x"], path.split("/").pop()!) });

it("calls files by their index, by their folder, or by the only one of them", () => {
  expect(nameOf([at("Roe.mrxs"), at("Roe/Slidedat.ini")])).toBe("Roe.mrxs");
  expect(nameOf([at("box/series/1.dcm"), at("box/series/2.dcm")])).toBe("series");
  expect(nameOf([at("box/a.svs")])).toBe("a.svs");
  expect(nameOf([])).toBe("");
});

it("keeps the path of a file below the folder that was chosen", () => {
  const file = Object.defineProperty(new File(["x"], "a.dcm"), "webkitRelativePath", { value: "box/a.dcm" });
  expect(chosenFiles([file, new File(["x"], "b.svs")]).map(({ path }) => path)).toEqual(["box/a.dcm", "b.svs"]);
});

it("finds every file in dropped folders, in however many portions the browser tells them", async () => {
  const file = (path: string) => ({ isFile: true, fullPath: `/${path}`, file: (take: (one: File) => void) => take(new File([], path.split("/").pop()!)) });
  const portions = [[file("box/1"), file("box/2")], [file("box/3")], []];
  const folder = { isFile: false, createReader: () => ({ readEntries: (take: (some: unknown[]) => void) => take(portions.shift()!) }) };
  const dropped = { items: [folder, file("a.svs")].map((entry) => ({ webkitGetAsEntry: () => entry })), files: [] };
  const found = await droppedFiles(dropped as unknown as DataTransfer);
  expect(found.map(({ path }) => path)).toEqual(["box/1", "box/2", "box/3", "a.svs"]);
});
