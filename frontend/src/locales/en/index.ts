import { account } from "./account";
import { analysis } from "./analysis";
import { common } from "./common";
import { keys } from "./keys";
import { review } from "./review";
import { slides } from "./slides";
import { tools } from "./tools";
import { viewer } from "./viewer";

/** The English catalogues, one namespace for each feature. */
export const en = { account, analysis, common, keys, review, slides, tools, viewer } as const;
