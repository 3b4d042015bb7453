import { isAccepted } from "@/api/review/applied";
import type { Missing, Review } from "@/api/types";

/** What must be answered before a review can be signed, as the server will say it, too. */
export function lacking({ lesions, missing_fields }: Review): Missing[] {
  const undecided = lesions.filter(({ verdict }) => verdict === "undecided");
  const counting = lesions.filter((one) => isAccepted(one) && one.counts_as_focus === null);
  return [
    ...undecided.map(({ number }) => ({ kind: "undecided" as const, lesion: number, field: null })),
    ...counting.map(({ number }) => ({ kind: "counting" as const, lesion: number, field: null })),
    ...missing_fields.map((field) => ({ kind: "field" as const, lesion: null, field })),
  ];
}
