import { expect, it } from "vitest";
import type { SlideMap } from "@/api/types";
import { chosenMap, gradientOf, mapLayer, opacityOf } from "./maps";

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

it("shows the map that was asked for where the analysis has it", () => {
  expect(chosenMap([map], "probability")).toBe(map);
  expect(chosenMap([map], "attention-1")).toBeNull();
  expect(chosenMap([], "probability")).toBeNull();
});

it("holds the map away while the reader peeks at the bare tissue", () => {
  expect(opacityOf({ map: "probability", mapOpacity: 0.6, peeking: false })).toBe(0.6);
  expect(opacityOf({ map: "probability", mapOpacity: 0.6, peeking: true })).toBe(0);
});

it("draws the colour bar from the legend", () => {
  expect(gradientOf(map)).toBe("linear-gradient(to right, #000000, #ffff00)");
});
