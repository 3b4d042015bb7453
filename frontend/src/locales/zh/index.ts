import { account } from "./account";
import { analysis } from "./analysis";
import { cases } from "./cases";
import { common } from "./common";
import { keys } from "./keys";
import { review } from "./review";
import { slides } from "./slides";
import { tools } from "./tools";
import { viewer } from "./viewer";

/** The Chinese catalogues, one namespace for each feature. */
export const zh = { account, analysis, cases, common, keys, review, slides, tools, viewer } as const;
