import { useTranslation } from "react-i18next";
import { useViewer } from "./context";
import { scaleBar } from "./scale";
import classes from "./SlideViewer.module.css";

const LONGEST = 150;

/** A length on the glass, beside the tissue; says so where the pixel size is unknown. */
export function ScaleBar({ mppX }: { mppX: number | null }) {
  const { t } = useTranslation("viewer");
  const scale = useViewer((state) => state.view?.scale);
  if (mppX === null) return <div className={classes.scale}>{t("noScale")}</div>;
  if (!scale) return null;
  const bar = scaleBar(mppX / scale, LONGEST);
  return (
    <div className={classes.scale} role="img" aria-label={t("scaleBarOf", { length: bar.label })}>
      <span>{bar.label}</span>
      <span className={classes.bar} style={{ width: bar.pixels }} />
    </div>
  );
}
