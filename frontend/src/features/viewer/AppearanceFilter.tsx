import { useEffect, useId } from "react";
import { filterOf } from "./appearance";
import { useViewer, useViewerStore } from "./context";
import { showThrough } from "./controls";
import classes from "./SlideViewer.module.css";

/** Shows the slide brighter, with more contrast or another gamma: a filter on the canvas, not on pixels. */
export function AppearanceFilter() {
  const store = useViewerStore();
  const viewer = useViewer((state) => state.viewer);
  const appearance = useViewer((state) => state.appearance);
  const id = useId();
  const filter = filterOf(appearance, id);
  useEffect(() => {
    if (viewer) showThrough(store, filter);
  }, [viewer, store, filter]);
  return (
    <svg className={classes.unseen} aria-hidden>
      <filter id={id} colorInterpolationFilters="sRGB">
        <feComponentTransfer>
          <feFuncR type="gamma" exponent={1 / appearance.gamma} />
          <feFuncG type="gamma" exponent={1 / appearance.gamma} />
          <feFuncB type="gamma" exponent={1 / appearance.gamma} />
        </feComponentTransfer>
      </filter>
    </svg>
  );
}
