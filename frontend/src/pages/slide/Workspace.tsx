import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { useFindings } from "@/api/analyses";
import { useReview } from "@/api/review/review";
import { useSession } from "@/api/session";
import type { Reader } from "@/api/review/applied";
import type { Analysis, Slide } from "@/api/types";
import { chosenAnalysis } from "./chosen";
import { Frame } from "./Frame";
import { NotReady } from "./NotReady";
import { Panel } from "./Panel";
import { Tissue } from "./Tissue";
import { useActions } from "./useActions";
import { useDesk } from "./useDesk";

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
  const user = useSession().data?.user;
  const reader = useMemo(() => readerOf(user?.display_name ?? "", slide), [user, slide]);
  const review = useReview(reviewable, user?.username ?? "", reader);
  const desk = useDesk(slide, review.data, useActions(reviewable));
  if (slide.status !== "ready") return <NotReady slide={slide} />;

  return (
    <Frame
      slide={slide}
      analyses={analyses}
      analysis={analysis}
      onChoose={(id) => setQuery({ analysis: id }, { replace: true })}
      viewer={<Tissue slide={slide} analysisId={reviewable} desk={desk} />}
    >
      <Panel slide={slide} analysis={analysis} findings={findings} review={review} desk={desk} />
    </Frame>
  );
}

function readerOf(name: string, { mpp_x, mpp_y }: Slide): Reader {
  return { name, mpp: mpp_x && mpp_y ? [mpp_x, mpp_y] : null };
}
