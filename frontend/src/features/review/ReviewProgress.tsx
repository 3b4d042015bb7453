import { Group, Progress, Text } from "@mantine/core";
import type { Review } from "@/api/types";
import { SavedState } from "./SavedState";

/** How many lesions are decided, and whether that is saved. */
export function ReviewProgress({ review: { decided, total } }: { review: Review }) {
  return (
    <div>
      <Group justify="space-between" mb={6}>
        <Text size="sm" fw={600} className="numeric">
          {decided} of {total} decided
        </Text>
        <SavedState />
      </Group>
      <Progress value={total ? (100 * decided) / total : 0} size={4} color="teal" aria-label="Lesions decided" />
    </div>
  );
}
