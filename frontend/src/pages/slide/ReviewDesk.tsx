import { Tabs } from "@mantine/core";
import { useMemo, useState } from "react";
import type { Findings, Review } from "@/api/types";
import { BY_NUMBER, neighbour, ordered } from "@/features/review/order";
import { useReviewKeys } from "@/features/review/useReviewKeys";
import { boundsOf, grown } from "@/features/viewer/geometry";
import { showBox } from "@/features/viewer/controls";
import { AnalysisTab } from "./AnalysisTab";
import { Frame } from "./Frame";
import { lesionOutlines } from "./lesionOutlines";
import classes from "./ReviewDesk.module.css";
import { ReviewTab } from "./ReviewTab";
import type { ReviewViewProps } from "./ReviewView";
import { Tissue } from "./Tissue";
import { useVerdicts } from "./useVerdicts";

interface ReviewDeskProps extends ReviewViewProps {
  findings: Findings;
  review: Review;
}

/** Joins viewer and list: what is selected in one is selected in the other, and keys act on it. */
export function ReviewDesk({ findings, review, ...common }: ReviewDeskProps) {
  const { slide, analysis } = common;
  const [selected, setSelected] = useState<string | null>(null);
  const [sorting, setSorting] = useState(BY_NUMBER);
  const outlines = useMemo(() => lesionOutlines(findings, review), [findings, review]);
  const { foci, aggregates } = useMemo(() => ordered(findings.lesions, sorting), [findings, sorting]);
  const decide = useVerdicts(analysis.id, findings);

  function visit(lesionId: string | null) {
    setSelected(lesionId);
    const lesion = findings.lesions.find((one) => one.id === lesionId);
    if (lesion) showBox(grown(boundsOf(lesion.polygon), 3, 300 / (slide.mpp_x ?? 0.5)));
  }

  useReviewKeys({
    onStep: (step) => visit(neighbour([...foci, ...aggregates].map(({ id }) => id), selected, step)),
    onVerdict: (verdict) => selected && decide(selected, verdict, null),
  });

  return (
    <Frame
      {...common}
      viewer={<Tissue slide={slide} outlines={outlines} glands={findings.glands} selected={selected} onSelect={setSelected} />}
    >
      <Tabs defaultValue="review" className={classes.tabs} keepMounted={false}>
        <Tabs.List px="xs">
          <Tabs.Tab value="review">Review</Tabs.Tab>
          <Tabs.Tab value="analysis">Analysis and slide</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="review" className={classes.panel}>
          <ReviewTab
            findings={findings}
            review={review}
            table={{ foci, aggregates, sorting, selected, onSort: setSorting, onSelect: visit, onVerdict: decide }}
          />
        </Tabs.Panel>
        <Tabs.Panel value="analysis" className={classes.panel}>
          <AnalysisTab {...common} findings={findings} />
        </Tabs.Panel>
      </Tabs>
    </Frame>
  );
}
