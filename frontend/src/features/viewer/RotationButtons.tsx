import { IconRotate2, IconRotateClockwise2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useViewer, useViewerStore } from "./context";
import { setUpright, turnBy } from "./controls";
import { degreesOf } from "./geometry";
import classes from "./SlideViewer.module.css";
import { ToolButton } from "./ToolButton";
import { TURN } from "./useViewerKeys";

/** Turn the slide; shows by how much, and sets it upright again. */
export function RotationButtons() {
  const { t } = useTranslation("tools");
  const store = useViewerStore();
  const degrees = useViewer(({ view }) => (view ? Math.round(degreesOf(view)) % 360 : 0));
  return (
    <>
      <ToolButton label={t("turnLeft")} keyId="turnLeft" icon={<IconRotate2 size={16} />} onClick={() => turnBy(store, -TURN)} />
      {degrees !== 0 && (
        <ToolButton
          label={t("upright", { degrees })}
          keyId="upright"
          size={34}
          icon={<span className={classes.degrees}>{t("degrees", { degrees })}</span>}
          onClick={() => setUpright(store)}
        />
      )}
      <ToolButton
        label={t("turnRight")}
        keyId="turnRight"
        icon={<IconRotateClockwise2 size={16} />}
        onClick={() => turnBy(store, TURN)}
      />
    </>
  );
}
