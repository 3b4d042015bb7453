import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { useFindings } from "@/api/analyses";
import { useGlands } from "@/api/blind";
import { useReview } from "@/api/review/review";
import { useSession } from "@/api/session";
import type { Reader } from "@/api/review/applied";
import type { Analysis, Slide } from "@/api/types";
import { SoftLockDialog } from "@/features/review/SoftLockDialog";
import { shownOf, useChosenAnalysis } from "./chosen";
import { Frame } from "./Frame";
import { NotReady } from "./NotReady";
import { glandShapes } from "./outlinesOf";
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
  const analysis = useChosenAnalysis(analyses, query.get("analysis"));
  const { id, reviewable, bare } = shownOf(analysis);
  const glands = useGlands(bare).data;
  const findings = useFindings(reviewable);
  const user = useSession().data?.user;
  const reader = useMemo(() => readerOf(user?.display_name ?? "", slide), [user, slide]);
  const review = useReview(reviewable, user?.username ?? "", reader);
  const { held, ...actions } = useActions(reviewable);
  const reviewed = useDesk(slide, review.data, actions);
  const desk = useMemo(() => (bare ? { ...reviewed, glands: glandShapes(glands ?? []) } : reviewed), [reviewed, bare, glands]);
  if (slide.status !== "ready") return <NotReady slide={slide} />;

  return (
    <Frame
      slide={slide}
      analyses={analyses}
      analysis={analysis}
      onChoose={(id) => setQuery({ analysis: id }, { replace: true })}
      viewer={<Tissue slide={slide} analysisId={id} desk={desk} />}
    >
      <Panel slide={slide} analysis={analysis} findings={findings} review={review} desk={desk} />
      {held && <SoftLockDialog held={held} />}
    </Frame>
  );
}

function readerOf(name: string, { mpp_x, mpp_y }: Slide): Reader {
  return { name, mpp: mpp_x && mpp_y ? [mpp_x, mpp_y] : null };
}
