import { ActionIcon, Center, Loader } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconArrowLeft } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { sentence, statusOf } from "@/api/errors";
import { Keys } from "@/features/keys/Keys";
import { SlidePair } from "@/features/viewer/pair/SlidePair";
import { NoSuchSlide } from "@/pages/slide/NoSuchSlide";
import { NotReady } from "@/pages/slide/NotReady";
import { Problem } from "@/ui/Problem";
import { usePaired, type Side } from "./usePaired";

/** Two slides beside each other, or one with two of its analyses (`?left=…&right=…`). */
export default function ComparePage() {
  const { t } = useTranslation("slides");
  const { leftId = "", rightId = "" } = useParams();
  const [query] = useSearchParams();
  const left = usePaired(leftId, query.get("left"));
  const right = usePaired(rightId, query.get("right"));
  useDocumentTitle(t("compare.titled"));
  if (!left.paired || !right.paired) return <Missing sides={[left, right]} />;
  return (
    <SlidePair key={`${leftId} ${rightId} ${query}`} left={left.paired} right={right.paired} aside={<Keys />}>
      <ActionIcon component={Link} to={`/slides/${leftId}`} variant="subtle" color="gray" aria-label={t("compare.back")} title={t("compare.back")}>
        <IconArrowLeft size={18} />
      </ActionIcon>
    </SlidePair>
  );
}

/** Says what keeps two slides from being shown. */
function Missing({ sides }: { sides: readonly Side[] }) {
  const { t } = useTranslation("slides");
  const unready = sides.find(({ slide }) => slide && slide.status !== "ready")?.slide;
  const error = sides.find((side) => side.error)?.error;
  if (sides.some((side) => [404, 422].includes(statusOf(side.error) ?? 0))) return <NoSuchSlide />;
  if (unready) return <NotReady slide={unready} />;
  return (
    <Center h="100%" p="md">
      {error ? (
        <Problem title={t("slideNotLoaded")} sentence={sentence(error)} onRetry={() => window.location.reload()} />
      ) : (
        <Loader aria-label={t("loadingSlide")} />
      )}
    </Center>
  );
}
