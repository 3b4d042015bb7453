import type { viewer as en } from "../en/viewer";
import type { Translation } from "../shape";

export const viewer: Translation<typeof en> = {};
