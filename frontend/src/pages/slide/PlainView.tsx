import { Alert, Divider, ScrollArea, Stack } from "@mantine/core";
import { isActive } from "@/api/analyses";
import type { Analysis, Slide } from "@/api/types";
import { AnalyseButton } from "@/features/analysis/AnalyseButton";
import { Outcome } from "@/features/analysis/Outcome";
import { StageProgress } from "@/features/analysis/StageProgress";
import { MppForm } from "@/features/slides/MppForm";
import { SlideFacts } from "@/features/slides/SlideFacts";
import { lacksMpp } from "@/features/slides/standing";
import { Frame, type ViewProps } from "./Frame";
import { Tissue } from "./Tissue";

/** A slide without findings: facts, and the next step towards them. */
export function PlainView({ analysis, ...common }: ViewProps & { analysis: Analysis | null }) {
  const { slide } = common;
  return (
    <Frame {...common} analysis={analysis} viewer={<Tissue slide={slide} />}>
      <ScrollArea flex={1} mih={0}>
        <Stack p="md" gap="md">
          {analysis && isActive(analysis) ? <StageProgress analysis={analysis} /> : <NextStep slide={slide} analysis={analysis} />}
          <Divider />
          <SlideFacts slide={slide} />
        </Stack>
      </ScrollArea>
    </Frame>
  );
}

function NextStep({ slide, analysis }: { slide: Slide; analysis: Analysis | null }) {
  return (
    <>
      {analysis && <Outcome analysis={analysis} />}
      {slide.analysable && <AnalyseButton slide={slide} again={analysis !== null} />}
      {lacksMpp(slide) && (
        <Alert color="yellow" variant="light" title="Pixel size unknown">
          <MppForm slide={slide} />
        </Alert>
      )}
      {!slide.analysable && !lacksMpp(slide) && (
        <Alert color="gray" variant="light" title="This slide can be viewed, not analysed">
          {slide.not_analysable_reason}
        </Alert>
      )}
    </>
  );
}
