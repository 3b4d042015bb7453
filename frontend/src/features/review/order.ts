import type { Lesion } from "@/api/types";

export type SortKey = "number" | "area_mm2" | "lymphocyte_count" | "confidence";

export interface Sorting {
  readonly key: SortKey;
  readonly descending: boolean;
}

export const BY_NUMBER: Sorting = { key: "number", descending: false };

/** Sort by another column; the same column again turns the order round. Measures start with the largest. */
export function sortedBy(key: SortKey, now: Sorting): Sorting {
  if (now.key === key) return { key, descending: !now.descending };
  return { key, descending: key !== "number" };
}

/** Put lesions in order: foci first, aggregates below the threshold after them, each sorted, the unmeasured last. */
export function ordered(lesions: readonly Lesion[], { key, descending }: Sorting): { foci: Lesion[]; aggregates: Lesion[] } {
  const sign = descending ? -1 : 1;
  const value = (lesion: Lesion) => lesion[key] ?? sign * Infinity;
  const sorted = lesions.toSorted((one, other) => sign * compared(value(one), value(other)) || one.number - other.number);
  return {
    foci: sorted.filter((lesion) => lesion.counts_as_focus !== false),
    aggregates: sorted.filter((lesion) => lesion.counts_as_focus === false),
  };
}

const compared = (one: number, other: number) => (one === other ? 0 : one - other);

/** The lesion a step away from the selected one; the first or last where none is selected. */
export function neighbour(ids: readonly string[], selected: string | null, step: 1 | -1): string | null {
  const at = selected === null ? -1 : ids.indexOf(selected);
  if (at === -1) return ids.at(step === 1 ? 0 : -1) ?? null;
  return ids[Math.min(ids.length - 1, Math.max(0, at + step))] ?? null;
}

/** The next lesion in line that wants a verdict, from the one just decided on and round to it; null where none is left. */
export function nextUndecided(queue: readonly Lesion[], decided: string): string | null {
  const at = queue.findIndex(({ id }) => id === decided);
  const inTurn = [...queue.slice(at + 1), ...queue.slice(0, Math.max(0, at))];
  return inTurn.find(({ verdict }) => verdict === "undecided")?.id ?? null;
}
