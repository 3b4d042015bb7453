import type { analysis as en } from "../en/analysis";
import type { Translation } from "../shape";

export const analysis: Translation<typeof en> = {};
