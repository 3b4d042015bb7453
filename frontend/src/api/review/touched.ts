import type { Command, Review } from "../types";

/** What a command is about, as it stands in a review: equal before and after means that nobody else changed it. */
export function touched(command: Command, review: Review): Record<string, string> {
  switch (command.kind) {
    case "verdict":
      return lesionsOf(command.lesion_ids, review);
    case "shape":
      return lesionsOf(command.removed, review);
    case "fields":
      return Object.fromEntries(
        Object.keys(command.fields).map((name) => [name, String(review.fields[name as keyof Review["fields"]])]),
      );
    default:
      return {};
  }
}

function lesionsOf(ids: readonly string[], { lesions, glands }: Review): Record<string, string> {
  return Object.fromEntries(
    ids.map((id) => {
      const lesion = lesions.find((one) => one.id === id);
      if (lesion) return [id, [lesion.verdict, lesion.overridden && lesion.counts_as_focus, lesion.reason].join()];
      return [id, glands.some((one) => one.id === id) ? "gland" : "gone"];
    }),
  );
}

/** Which of the touched things are no longer as they were. */
export function changed(before: Record<string, string>, after: Record<string, string>): string[] {
  return Object.keys(before).filter((key) => before[key] !== after[key]);
}
