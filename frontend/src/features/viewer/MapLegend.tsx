import { useTranslation } from "react-i18next";
import type { SlideMap } from "@/api/types";
import classes from "./Maps.module.css";
import { regionOf, titleOf } from "./mapNames";
import { gradientOf } from "./maps";

/** What the colours of the map over the tissue mean. */
export function MapLegend({ map }: { map: SlideMap }) {
  const { t } = useTranslation("viewer");
  return (
    <div className={classes.legend} role="group" aria-label={t("legendOf", { title: titleOf(map) })}>
      <div className={classes.title}>{titleOf(map)}</div>
      {map.kind === "roi" ? <Classes map={map} /> : <ColourBar map={map} />}
      {map.kind === "attention" && <div className={classes.note}>{t("aboutLesionsOnly")}</div>}
    </div>
  );
}

function Classes({ map }: { map: SlideMap }) {
  return (
    <ul className={classes.classes}>
      {map.legend.map(({ label, colour }) => (
        <li key={label}>
          <span className={classes.swatch} style={{ background: colour }} />
          {regionOf(label)}
        </li>
      ))}
    </ul>
  );
}

function ColourBar({ map }: { map: SlideMap }) {
  return (
    <div>
      <div className={classes.ramp} style={{ background: gradientOf(map) }} />
      <div className={classes.ends}>
        <span>0</span>
        <span>0.5</span>
        <span>1</span>
      </div>
    </div>
  );
}
