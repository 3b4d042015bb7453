import { Alert } from "@mantine/core";
import { IconAlertTriangle, IconCircleX } from "@tabler/icons-react";
import type { Analysis } from "@/api/types";

/** How an analysis ended that found nothing to show: it failed, or it was cancelled. */
export function Outcome({ analysis }: { analysis: Analysis }) {
  if (analysis.status === "failed") {
    return (
      <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title="The analysis failed">
        {analysis.failure}
      </Alert>
    );
  }
  return (
    <Alert color="gray" variant="light" icon={<IconCircleX size={18} />} title="The analysis was cancelled">
      Nothing was recorded.
    </Alert>
  );
}
