import type { review as en } from "../en/review";
import type { Translation } from "../shape";

export const review: Translation<typeof en> = {};
