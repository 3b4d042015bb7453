import { beforeEach, expect, it } from "vitest";
import { comboOf, written, type Pressed } from "./combo";
import { keysOf, remap, resetKeys, useMapping, usedBy } from "./mapping";
import { DEFAULT_KEYS, KEY_GROUPS } from "./table";

beforeEach(resetKeys);

const NOTHING_HELD = { code: "", shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };
const pressed = (key: string, held: Partial<Pressed> = {}) => comboOf({ ...NOTHING_HELD, key, ...held });

it("gives each key one meaning", () => {
  const keys = Object.values(DEFAULT_KEYS).flat();
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
});

it("lists each action once", () => {
  expect(Object.values(KEY_GROUPS).flat().sort()).toEqual(Object.keys(DEFAULT_KEYS).sort());
});

it("writes a press as the table does", () => {
  expect(pressed("j")).toBe("J");
  expect(pressed("U", { shiftKey: true })).toBe("shift+U");
  expect(pressed("z", { metaKey: true })).toBe("mod+Z");
  expect(pressed(" ")).toBe("Space");
  expect([pressed("+", { shiftKey: true }), pressed("?", { shiftKey: true })]).toEqual(["+", "?"]);
  expect(pressed("Shift", { shiftKey: true })).toBeNull();
});

it("knows the key of a keyboard of another script", () => {
  expect(pressed("о", { code: "KeyJ" })).toBe("J");
});

it("shows keys as readers know them", () => {
  expect(["shift+U", "mod+Z", "+", "mod++", "-", "ArrowLeft"].map(written)).toEqual(["⇧ U", "Ctrl Z", "+", "Ctrl +", "−", "←"]);
});

it("says which action has a key, and lets go of it once that has another", () => {
  expect(usedBy("A")).toBe("accept");
  expect(usedBy("A", "accept")).toBeNull();
  remap("accept", "Y");
  expect([usedBy("A"), usedBy("Y")]).toEqual([null, "accept"]);
  resetKeys();
  expect(usedBy("A")).toBe("accept");
});

it("exchanges one key of an action and keeps its others", () => {
  remap("undo", "Y", "U");
  expect(keysOf(useMapping.getState()).undo).toEqual(["Y", "mod+Z"]);
  remap("undo", "mod+Y", "mod+Z");
  expect(keysOf(useMapping.getState()).undo).toEqual(["Y", "mod+Y"]);
  remap("undo", "Y", "mod+Y");
  expect(keysOf(useMapping.getState()).undo).toEqual(["Y"]);
});

it("keeps the keys in the browser, and leaves out what means nothing", async () => {
  remap("accept", "Y");
  const kept = localStorage.getItem("focusscope-keys")!;
  expect(kept).toContain('"Y"');
  localStorage.setItem("focusscope-keys", kept.replace('"accept"', '"gone"'));
  await useMapping.persist.rehydrate();
  expect(keysOf(useMapping.getState())).toEqual(DEFAULT_KEYS);
});
