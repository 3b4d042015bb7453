import { useSearchParams } from "react-router";
import { useFindings } from "@/api/analyses";
import { useReview } from "@/api/reviews";
import type { Analysis, Findings, Slide } from "@/api/types";
import { chosenAnalysis } from "./chosen";
import { Frame } from "./Frame";
import { NotReady } from "./NotReady";
import { Panel } from "./Panel";
import { Tissue } from "./Tissue";
import { useDesk } from "./useDesk";

const NO_GLANDS: Findings["glands"] = [];

interface WorkspaceProps {
  slide: Slide;
  analyses: readonly Analysis[];
}

/** The tissue stays open while the panel follows the chosen analysis from request to review. */
export function Workspace({ slide, analyses }: WorkspaceProps) {
  const [query, setQuery] = useSearchParams();
  const analysis = chosenAnalysis(analyses, query.get("analysis"));
  const reviewable = analysis?.status === "succeeded" ? analysis.id : null;
  const findings = useFindings(reviewable);
  const review = useReview(reviewable);
  const desk = useDesk(slide, findings.data, review.data);
  if (slide.status !== "ready") return <NotReady slide={slide} />;

  return (
    <Frame
      slide={slide}
      analyses={analyses}
      analysis={analysis}
      onChoose={(id) => setQuery({ analysis: id }, { replace: true })}
      viewer={<Tissue slide={slide} analysisId={reviewable} glands={findings.data?.glands ?? NO_GLANDS} desk={desk} />}
    >
      <Panel slide={slide} analysis={analysis} findings={findings} review={review} desk={desk} />
    </Frame>
  );
}
