import { expect, it } from "vitest";
import type { SlideMap } from "@/api/types";
import { layerOf, LESIONS, shownMaps, withLayer } from "./layers";
import { gradientOf, mapLayer } from "./maps";

const map: SlideMap = {
  name: "probability",
  kind: "probability",
  title: "Probability of lesion",
  width: 626,
  height: 500,
  finest_level: 10,
  tile_size: 256,
  slide_width: 5008,
  legend: [
    { label: "0", colour: "#000000" },
    { label: "1", colour: "#ffff00" },
  ],
  url: "/api/analyses/a/maps/probability",
};

it("lays a map over the slide, its last column beyond the edge", () => {
  const layer = mapLayer(map, 5001);
  expect([layer.x, layer.y, layer.width * 5001]).toEqual([0, 0, 5008]);
  expect(layer.tileSource.getTileUrl(10, 2, 1)).toBe("/api/analyses/a/maps/probability/10/2_1.png");
});

it("shows the maps that were asked for where the analysis has them, outlines from the first", () => {
  const asked = withLayer(withLayer({}, "probability", { shown: true }), "attention-1", { shown: true });
  expect(shownMaps([map], {})).toEqual([]);
  expect(shownMaps([map], asked)).toEqual([map]);
  expect(shownMaps([], asked)).toEqual([]);
  expect(layerOf({}, LESIONS).shown).toBe(true);
});

it("keeps the opacity of a layer that is hidden and shown again", () => {
  const faint = withLayer({}, LESIONS, { opacity: 0.3 });
  expect(layerOf(withLayer(withLayer(faint, LESIONS, { shown: false }), LESIONS, { shown: true }), LESIONS).opacity).toBe(0.3);
});

it("draws the colour bar from the legend", () => {
  expect(gradientOf(map)).toBe("linear-gradient(to right, #000000, #ffff00)");
});
