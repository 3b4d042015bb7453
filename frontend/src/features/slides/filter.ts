import type { ScoreFilter, Sort, WorklistFilter } from "@/api/worklist";
import type { SlideStanding } from "@/api/types";

export const STANDINGS: readonly SlideStanding[] = [
  "checking", "new", "analysing", "ready", "in_review", "amending", "signed", "failed",
];
export const SCORES: readonly ScoreFilter[] = ["meets", "below", "unknown"];
const SORTS: readonly Sort[] = ["date", "name", "status", "score"];

/** Which way a column is sorted when it is first chosen: the newest and the highest first, names from A. */
const DESCENDS: Record<Sort, boolean> = { date: true, score: true, name: false, status: false };

/** Read the filter from the address of the page; what does not belong there is left out. */
export function filterOf(address: URLSearchParams): WorklistFilter {
  const sort = oneOf(SORTS, address.get("sort")) ?? "date";
  const order = address.get("order");
  return {
    search: address.get("search") ?? "",
    status: oneOf(STANDINGS, address.get("status")),
    score: oneOf(SCORES, address.get("score")),
    mine: address.has("mine"),
    warnings: address.has("warnings"),
    sort,
    descending: order === null ? DESCENDS[sort] : order === "desc",
    page: Math.max(1, Math.floor(Number(address.get("page"))) || 1),
  };
}

/** Write the filter as an address, without what goes without saying. */
export function addressOf(filter: WorklistFilter): URLSearchParams {
  const { search, status, score, mine, warnings, sort, descending, page } = filter;
  const said: [string, string | false | null][] = [
    ["search", search],
    ["status", status],
    ["score", score],
    ["mine", mine && "1"],
    ["warnings", warnings && "1"],
    ["sort", sort !== "date" && sort],
    ["order", descending !== DESCENDS[sort] && (descending ? "desc" : "asc")],
    ["page", page > 1 && String(page)],
  ];
  return new URLSearchParams(said.filter((pair): pair is [string, string] => Boolean(pair[1])));
}

/** Sort by a column: the other way where it is the one already. */
export function sortedBy(filter: WorklistFilter, sort: Sort): WorklistFilter {
  const descending = filter.sort === sort ? !filter.descending : DESCENDS[sort];
  return { ...filter, sort, descending, page: 1 };
}

/** Whether anything is left out. */
export function isFiltered({ search, status, score, mine, warnings }: WorklistFilter): boolean {
  return Boolean(search || status || score || mine || warnings);
}

function oneOf<Value extends string>(values: readonly Value[], given: string | null): Value | null {
  return values.find((value) => value === given) ?? null;
}
