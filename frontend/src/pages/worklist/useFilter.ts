import { useSearchParams } from "react-router";
import type { WorklistFilter } from "@/api/worklist";
import { addressOf, filterOf } from "@/features/slides/filter";

/** The filter of the worklist, which lives in the address of the page, so that going back finds it again. */
export function useFilter() {
  const [address, setAddress] = useSearchParams();
  const filter = filterOf(address);
  /** `typed`: one more letter, which is no step to go back to. */
  const change = (changed: Partial<WorklistFilter>, typed = false) =>
    setAddress((before) => addressOf({ ...filterOf(before), page: 1, ...changed }), { replace: typed });
  return { filter, change };
}
