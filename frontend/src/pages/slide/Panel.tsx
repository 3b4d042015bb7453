import { Center, Loader } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import type { Analysis, Findings, Review, Slide } from "@/api/types";
import { Problem } from "@/ui/Problem";
import { BeforeFindings } from "./BeforeFindings";
import { FindingsTabs } from "./FindingsTabs";
import type { Desk } from "./useDesk";

interface Awaited<Data> {
  data: Data | undefined;
  error: Error | null;
  refetch: () => unknown;
}

interface PanelProps {
  slide: Slide;
  analysis: Analysis | null;
  findings: Awaited<Findings>;
  review: Awaited<Review>;
  desk: Desk;
}

/** The right half: what there is to say about the chosen analysis, from none at all to a review. */
export function Panel({ slide, analysis, findings, review, desk }: PanelProps) {
  const { t } = useTranslation("review");
  if (analysis?.status !== "succeeded") return <BeforeFindings slide={slide} analysis={analysis} />;
  if (findings.data && review.data) {
    return (
      <FindingsTabs slide={slide} analysis={analysis} findings={findings.data} review={review.data} desk={desk} />
    );
  }
  const error = findings.error ?? review.error;
  return (
    <Center p="md" flex={1}>
      {error ? (
        <Problem
          title={t("findingsNotLoaded")}
          sentence={sentence(error)}
          onRetry={() => (findings.refetch(), review.refetch())}
        />
      ) : (
        <Loader aria-label={t("loadingFindings")} />
      )}
    </Center>
  );
}
