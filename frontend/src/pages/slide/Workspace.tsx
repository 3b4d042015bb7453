import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { useFindings } from "@/api/analyses";
import { useGlands } from "@/api/blind";
import { useReview } from "@/api/review/review";
import { useSession } from "@/api/session";
import type { Reader } from "@/api/review/applied";
import type { Analysis, Gland, Slide } from "@/api/types";
import { chosenAnalysis } from "./chosen";
import { Frame } from "./Frame";
import { NotReady } from "./NotReady";
import { Panel } from "./Panel";
import { Tissue } from "./Tissue";
import { useActions } from "./useActions";
import { useDesk } from "./useDesk";

const NO_GLANDS: Gland["polygon"][] = [];

interface WorkspaceProps {
  slide: Slide;
  analyses: readonly Analysis[];
}

/** The tissue stays open while the panel follows the chosen analysis from request to review. */
export function Workspace({ slide, analyses }: WorkspaceProps) {
  const [query, setQuery] = useSearchParams();
  const analysis = chosenAnalysis(analyses, query.get("analysis"));
  const succeeded = analysis?.status === "succeeded" ? analysis : null;
  const reviewable = succeeded && !succeeded.withheld ? succeeded.id : null;
  const bare = useGlands(succeeded?.withheld ? succeeded.id : null).data;
  const findings = useFindings(reviewable);
  const user = useSession().data?.user;
  const reader = useMemo(() => readerOf(user?.display_name ?? "", slide), [user, slide]);
  const review = useReview(reviewable, user?.username ?? "", reader);
  const desk = useDesk(slide, review.data, useActions(reviewable));
  const glands = useMemo(() => (review.data?.glands ?? bare)?.map(({ polygon }) => polygon) ?? NO_GLANDS, [review.data, bare]);
  if (slide.status !== "ready") return <NotReady slide={slide} />;

  return (
    <Frame
      slide={slide}
      analyses={analyses}
      analysis={analysis}
      onChoose={(id) => setQuery({ analysis: id }, { replace: true })}
      viewer={<Tissue slide={slide} analysisId={succeeded?.id ?? null} glands={glands} desk={desk} />}
    >
      <Panel slide={slide} analysis={analysis} findings={findings} review={review} desk={desk} />
    </Frame>
  );
}

function readerOf(name: string, { mpp_x, mpp_y }: Slide): Reader {
  return { name, mpp: mpp_x && mpp_y ? [mpp_x, mpp_y] : null };
}
