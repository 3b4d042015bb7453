import { Center, Loader } from "@mantine/core";
import { useFindings } from "@/api/analyses";
import { sentence } from "@/api/errors";
import { useReview } from "@/api/reviews";
import type { Analysis } from "@/api/types";
import { Problem } from "@/ui/Problem";
import { Frame, type ViewProps } from "./Frame";
import { ReviewDesk } from "./ReviewDesk";
import { Tissue } from "./Tissue";

export interface ReviewViewProps extends ViewProps {
  analysis: Analysis;
}

/** A slide with findings; fetches them and the review before the desk is laid. */
export function ReviewView(props: ReviewViewProps) {
  const findings = useFindings(props.analysis.id);
  const review = useReview(props.analysis.id);
  if (findings.data && review.data) return <ReviewDesk {...props} findings={findings.data} review={review.data} />;
  const error = findings.error ?? review.error;
  return (
    <Frame {...props} viewer={<Tissue slide={props.slide} />}>
      <Center p="md" flex={1}>
        {error ? (
          <Problem
            title="The findings could not be loaded"
            sentence={sentence(error)}
            onRetry={() => (void findings.refetch(), void review.refetch())}
          />
        ) : (
          <Loader aria-label="Loading the findings" />
        )}
      </Center>
    </Frame>
  );
}
