import { Button, Switch } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ViewerProvider } from "../context";
import { SlideViewer, type SlideViewerProps } from "../SlideViewer";
import { createViewerStore } from "../store";
import classes from "./SlidePair.module.css";
import { useLock, type Side } from "./useLock";

export interface PairedSlide extends Omit<SlideViewerProps, "active"> {
  title: string;
}

interface SlidePairProps {
  left: PairedSlide;
  right: PairedSlide;
  /** What stands first in the bar above them, and last. */
  children?: ReactNode;
  aside?: ReactNode;
}

/** Two slides, or two analyses of one, side by side; they move together until they are unlocked. */
export function SlidePair({ left, right, children, aside }: SlidePairProps) {
  const { t } = useTranslation("tools");
  const [stores] = useState(() => [createViewerStore(), createViewerStore()] as const);
  const [leader, setLeader] = useState<Side>(0);
  const [locked, setLocked] = useState(true);
  const realign = useLock({ stores, mpps: [left.mpp, right.mpp], leader, locked });

  return (
    <section className={classes.pair} aria-label={t("pair")}>
      <div className={classes.bar}>
        {children}
        <Switch size="xs" label={t("lock")} checked={locked} onChange={(event) => setLocked(event.currentTarget.checked)} />
        <Button size="compact-xs" variant="default" onClick={realign}>
          {t("realign")}
        </Button>
        <div className={classes.aside}>{aside}</div>
      </div>
      {([left, right] as const).map(({ title, ...slide }, index) => (
        <section
          key={index}
          aria-label={title}
          className={classes.side}
          onPointerDownCapture={() => setLeader(index as Side)}
          onWheelCapture={() => setLeader(index as Side)}
          onFocusCapture={() => setLeader(index as Side)}
        >
          <h2 className={classes.title} title={title}>
            {title}
          </h2>
          <ViewerProvider store={stores[index]!}>
            <SlideViewer {...slide} active={leader === index} />
          </ViewerProvider>
        </section>
      ))}
    </section>
  );
}
