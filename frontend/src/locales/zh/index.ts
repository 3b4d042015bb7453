import { account } from "./account";
import { analysis } from "./analysis";
import { cases } from "./cases";
import { common } from "./common";
import { review } from "./review";
import { slides } from "./slides";
import { viewer } from "./viewer";

/** The Chinese catalogues, one namespace for each feature. */
export const zh = { account, analysis, cases, common, review, slides, viewer } as const;
