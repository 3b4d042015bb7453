import { Center, Loader } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useParams } from "react-router";
import { useAnalyses } from "@/api/analyses";
import { sentence } from "@/api/errors";
import { useSlide } from "@/api/slides";
import { Problem } from "@/ui/Problem";
import { Workspace } from "./Workspace";

/** One slide: the tissue at the left, what is known and to be decided at the right. */
export default function SlidePage() {
  const { slideId = "" } = useParams();
  const slide = useSlide(slideId);
  const analyses = useAnalyses(slideId);
  useDocumentTitle(`${slide.data?.name ?? "Slide"} · FocusScope`);

  if (slide.data && analyses.data) return <Workspace key={slideId} slide={slide.data} analyses={analyses.data} />;
  const error = slide.error ?? analyses.error;
  return (
    <Center h="100%" p="md">
      {error ? (
        <Problem
          title="The slide could not be loaded"
          sentence={sentence(error)}
          onRetry={() => (void slide.refetch(), void analyses.refetch())}
        />
      ) : (
        <Loader aria-label="Loading the slide" />
      )}
    </Center>
  );
}
