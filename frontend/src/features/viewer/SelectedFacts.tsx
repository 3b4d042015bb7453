import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useViewer } from "./context";
import { areaOf } from "./geometry";
import { areaLabel, type Mpp } from "./measure";
import type { Shape } from "./outlines";

/** How many shapes are selected, and how large they are together. */
export function SelectedFacts() {
  const { t } = useTranslation("tools");
  const worker = useViewer((state) => state.worker);
  if (!worker || worker.selected.length === 0) return null;
  const { selected, mpp } = worker;
  const holes = selected.reduce((sum, { rings }) => sum + rings.length - 1, 0);
  const facts = [
    t("selected", { count: selected.length }),
    mpp ? areaLabel(areaUm2(selected, mpp)) : t("areaUnknown"),
    ...(holes > 0 ? [t("holes", { count: holes })] : []),
  ];
  return (
    <Text size="xs" fw={500} className="numeric" role="note" aria-label={t("selection")}>
      {facts.join(" · ")}
    </Text>
  );
}

function areaUm2(shapes: readonly Shape[], mpp: Mpp): number {
  return shapes.reduce((sum, { rings }) => sum + areaOf(rings), 0) * mpp.x * mpp.y;
}
