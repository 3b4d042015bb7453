import type { common as en } from "../en/common";
import type { Translation } from "../shape";

export const common: Translation<typeof en> = {};
