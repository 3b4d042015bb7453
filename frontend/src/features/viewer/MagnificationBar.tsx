import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useViewer, useViewerStore } from "./context";
import { canShow, zoomToScale } from "./controls";
import { MAGNIFICATIONS, magnificationAt, magnificationLabel, umPerPixelAt } from "./scale";

/** Jump to a magnification; shows the present one. Only where the pixel size is known. */
export function MagnificationBar({ mppX }: { mppX: number }) {
  const { t } = useTranslation("viewer");
  const store = useViewerStore();
  const scale = useViewer((state) => state.view?.scale);
  const now = scale ? magnificationAt(mppX / scale) : null;
  return (
    <Button.Group aria-label={t("magnification")}>
      {MAGNIFICATIONS.map((magnification) => {
        const wanted = mppX / umPerPixelAt(magnification);
        const here = now !== null && Math.abs(now / magnification - 1) < 0.02;
        return (
          <Button
            key={magnification}
            size="compact-sm"
            variant={here ? "light" : "default"}
            px={8}
            disabled={!canShow(wanted)}
            aria-pressed={here}
            aria-label={t("magnificationOf", { times: magnification })}
            onClick={() => zoomToScale(store, wanted)}
          >
            {magnificationLabel(magnification)}
          </Button>
        );
      })}
    </Button.Group>
  );
}

/** The magnification on screen now. */
export function CurrentMagnification({ mppX }: { mppX: number }) {
  const scale = useViewer((state) => state.view?.scale);
  return <>{scale ? magnificationLabel(magnificationAt(mppX / scale)) : ""}</>;
}
