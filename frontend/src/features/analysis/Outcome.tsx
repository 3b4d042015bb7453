import type { Analysis } from "@/api/types";
import { Notice } from "@/ui/Notice";

/** How an analysis ended that found nothing to show: it failed, or it was cancelled. */
export function Outcome({ analysis }: { analysis: Analysis }) {
  if (analysis.status === "failed") {
    return (
      <Notice tone="wrong" title="The analysis failed">
        {analysis.failure}
      </Notice>
    );
  }
  return (
    <Notice tone="info" title="The analysis was cancelled">
      Nothing was recorded.
    </Notice>
  );
}
