import { Center, Loader } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconMapOff } from "@tabler/icons-react";
import { Link, useParams } from "react-router";
import { useAnalyses } from "@/api/analyses";
import { sentence, statusOf } from "@/api/errors";
import { useSlide } from "@/api/slides";
import { Empty } from "@/ui/Empty";
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
  if (statusOf(error) === 404) return <NoSuchSlide />;
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

function NoSuchSlide() {
  return (
    <Empty icon={<IconMapOff size={36} stroke={1.5} />} title="There is no such slide">
      It may have been deleted. <Link to="/">To the worklist</Link>
    </Empty>
  );
}
