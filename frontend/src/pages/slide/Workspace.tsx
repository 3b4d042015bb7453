import { useSearchParams } from "react-router";
import type { Analysis, Slide } from "@/api/types";
import { NoTissueYet } from "./NoTissueYet";
import { PlainView } from "./PlainView";
import { ReviewView } from "./ReviewView";
import { chosenAnalysis } from "./chosen";

interface WorkspaceProps {
  slide: Slide;
  analyses: readonly Analysis[];
}

/** Shows the chosen analysis of a slide: its review where it succeeded, else what there is to say about it. */
export function Workspace({ slide, analyses }: WorkspaceProps) {
  const [query, setQuery] = useSearchParams();
  const analysis = chosenAnalysis(analyses, query.get("analysis"));
  const choose = (id: string) => setQuery({ analysis: id }, { replace: true });
  if (slide.status !== "ready") return <NoTissueYet slide={slide} />;
  const common = { slide, analyses, onChoose: choose };
  if (analysis?.status === "succeeded") return <ReviewView key={analysis.id} analysis={analysis} {...common} />;
  return <PlainView analysis={analysis} {...common} />;
}
