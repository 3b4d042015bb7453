import { account } from "./account";
import { agreement } from "./agreement";
import { analysis } from "./analysis";
import { blind } from "./blind";
import { common } from "./common";
import { consensus } from "./consensus";
import { review } from "./review";
import { signing } from "./signing";
import { slides } from "./slides";
import { viewer } from "./viewer";

/** The English catalogues, one namespace for each feature. */
export const en = { account, agreement, analysis, blind, common, consensus, review, signing, slides, viewer } as const;
