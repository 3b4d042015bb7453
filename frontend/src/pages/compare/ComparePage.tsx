import { Center, Loader } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import { SlidePair } from "@/features/viewer/pair/SlidePair";
import { usePaired } from "./usePaired";

/** Two slides beside each other, or one with two of its analyses (`?left=…&right=…`). */
export default function ComparePage() {
  const { t } = useTranslation("slides");
  const { leftId = "", rightId = "" } = useParams();
  const [query] = useSearchParams();
  const left = usePaired(leftId, query.get("left"));
  const right = usePaired(rightId, query.get("right"));
  if (left && right) return <SlidePair key={`${leftId} ${rightId}`} left={left} right={right} />;
  return (
    <Center h="100%">
      <Loader aria-label={t("loadingSlide")} />
    </Center>
  );
}
