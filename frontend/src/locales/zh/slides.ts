import type { slides as en } from "../en/slides";
import type { Translation } from "../shape";

export const slides: Translation<typeof en> = {};
