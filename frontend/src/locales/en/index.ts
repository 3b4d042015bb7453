import { account } from "./account";
import { agreement } from "./agreement";
import { analysis } from "./analysis";
import { blind } from "./blind";
import { cases } from "./cases";
import { common } from "./common";
import { consensus } from "./consensus";
import { keys } from "./keys";
import { operations } from "./operations";
import { people } from "./people";
import { performance } from "./performance";
import { review } from "./review";
import { signing } from "./signing";
import { slides } from "./slides";
import { tools } from "./tools";
import { viewer } from "./viewer";

/** The English catalogues, one namespace for each feature. */
export const en = {
  account, agreement, analysis, blind, cases, common, consensus, keys, operations, people, performance, review, signing, slides,
  tools, viewer,
} as const;
