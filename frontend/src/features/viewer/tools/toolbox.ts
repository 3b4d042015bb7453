import { brush } from "./brush";
import { eraser } from "./eraser";
import { freehand } from "./freehand";
import { measureArea } from "./measureArea";
import { measureLength } from "./measureLength";
import { merge } from "./merge";
import { polygon } from "./polygon";
import { splitLine } from "./splitLine";
import type { Tool } from "./tool";
import { vertices } from "./vertices";

/** Each tool, made anew whenever it is taken up; to select is to hold none. */
export const TOOLBOX = {
  select: null,
  polygon,
  freehand,
  brush,
  eraser,
  vertices,
  split: splitLine,
  merge,
  measureLength,
  measureArea,
} satisfies Record<string, (() => Tool) | null>;

export type ToolName = keyof typeof TOOLBOX;

export const MEASURING: readonly ToolName[] = ["measureLength", "measureArea"];

/** Whether a tool changes shapes. */
export function isEditing(tool: ToolName): boolean {
  return tool !== "select" && !MEASURING.includes(tool);
}
