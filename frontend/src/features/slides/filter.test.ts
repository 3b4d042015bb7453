import { describe, expect, it } from "vitest";
import { addressOf, filterOf, isFiltered, sortedBy } from "./filter";

const read = (address: string) => filterOf(new URLSearchParams(address));

describe("the filter of the worklist", () => {
  it("shows everything, the newest first, where the address says nothing", () => {
    expect(read("")).toMatchObject({ search: "", status: null, sort: "date", descending: true, page: 1 });
    expect(addressOf(read("")).toString()).toBe("");
  });

  it("comes back from the address as it was written there", () => {
    const address = "search=%E8%85%BA+100%25&status=in_review&score=meets&mine=1&warnings=1&sort=name&order=desc&page=3";
    expect(addressOf(read(address)).toString()).toBe(address);
  });

  it("leaves out what does not belong there", () => {
    expect(read("status=anything&score=7&sort=__proto__&page=-2")).toEqual(read(""));
    expect(read("page=two").page).toBe(1);
  });

  it("turns round the column that is chosen again, and begins anew with the first page", () => {
    const byName = sortedBy(read("page=4"), "name");
    expect([byName.descending, byName.page]).toEqual([false, 1]);
    expect(sortedBy(byName, "name").descending).toBe(true);
    expect(sortedBy(byName, "score").descending).toBe(true);
  });

  it("knows a filter from an order", () => {
    expect([read("sort=name&page=2"), read("mine=1")].map(isFiltered)).toEqual([false, true]);
  });
});
