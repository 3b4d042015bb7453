import type { account as en } from "../en/account";
import type { Translation } from "../shape";

export const account: Translation<typeof en> = {};
