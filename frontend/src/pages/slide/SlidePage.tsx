import { Center, Loader } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { useAnalyses } from "@/api/analyses";
import { sentence, statusOf } from "@/api/errors";
import { useSlide } from "@/api/slides";
import { ViewerProvider } from "@/features/viewer/context";
import { slideName } from "@/lib/slideName";
import { Problem } from "@/ui/Problem";
import { NoSuchSlide } from "./NoSuchSlide";
import { Workspace } from "./Workspace";

/** One slide: the tissue at the left, what is known and to be decided at the right. */
export default function SlidePage() {
  const { t } = useTranslation("slides");
  const { slideId = "" } = useParams();
  const slide = useSlide(slideId);
  const analyses = useAnalyses(slideId);
  useDocumentTitle(t("titled", { name: slide.data ? slideName(slide.data.name) : t("slide") }));

  if (slide.data && analyses.data) {
    return (
      <ViewerProvider key={slideId}>
        <Workspace slide={slide.data} analyses={analyses.data} />
      </ViewerProvider>
    );
  }
  const error = slide.error ?? analyses.error;
  if (statusOf(error) === 404) return <NoSuchSlide />;
  return (
    <Center h="100%" p="md">
      {error ? (
        <Problem
          title={t("slideNotLoaded")}
          sentence={sentence(error)}
          onRetry={() => (void slide.refetch(), void analyses.refetch())}
        />
      ) : (
        <Loader aria-label={t("loadingSlide")} />
      )}
    </Center>
  );
}
