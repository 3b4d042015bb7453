import { Group, Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Review } from "@/api/types";
import { SavedState } from "./SavedState";

/** How many lesions are decided, and whether that is saved. */
export function ReviewProgress({ review: { decided, total } }: { review: Review }) {
  const { t } = useTranslation("review");
  return (
    <div>
      <Group justify="space-between" mb={6}>
        <Text size="sm" fw={600} className="numeric">
          {t("decidedOf", { decided, total })}
        </Text>
        <SavedState />
      </Group>
      <Progress value={total ? (100 * decided) / total : 0} size={4} color="teal" aria-label={t("lesionsDecided")} />
    </div>
  );
}
