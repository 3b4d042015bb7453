import { Table, Text } from "@mantine/core";
import { memo, type ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Slide } from "@/api/types";
import { bytes, millimetres, mpp, pixels, UNKNOWN } from "@/lib/format";
import { leftOutText } from "@/lib/leftOut";
import { slideName } from "@/lib/slideName";
import { vendorName } from "@/lib/vendors";
import { Time } from "@/ui/Time";
import { ScoreCell } from "./ScoreCell";
import { Choice } from "./SlideTable";
import classes from "./SlideTable.module.css";
import { StandingCell } from "./StandingCell";
import { Thumbnail } from "./Thumbnail";

interface SlideRowProps {
  slide: Slide;
  /** What can be done with it. */
  actions: ComponentType<{ slide: Slide }>;
  /** Whether it stands beneath its case. */
  inCase?: boolean;
  /** Whether it is chosen; undefined where none can be. */
  chosen?: boolean;
  onToggle?: (slides: readonly Slide[]) => void;
}

/**
 * One slide on the worklist. The name's link covers the row, so that a click anywhere opens it.
 *
 * It is drawn again only where something about it changed: a page has many.
 */
export const SlideRow = memo(function SlideRow({ slide, actions: Actions, inCase, chosen, onToggle }: SlideRowProps) {
  const { t } = useTranslation("slides"); // numbers are written anew when the language changes, too
  const name = slideName(slide.name);
  const opens = slide.status === "ready";
  return (
    <Table.Tr
      className={classes.row}
      data-worklist-row
      data-opens={opens || undefined}
      data-in-case={inCase || undefined}
      data-chosen={chosen || undefined}
    >
      {onToggle && (
        <Table.Td className={classes.choice}>
          <Choice
            label={t("choose", { name })}
            share={chosen ? "all" : "none"}
            onToggle={() => onToggle([slide])}
          />
        </Table.Td>
      )}
      <Table.Td className={classes.thumbnail}>
        <Thumbnail slide={slide} />
      </Table.Td>
      <Table.Td className={classes.name}>
        {opens ? (
          <Link to={`/slides/${slide.id}`} className={classes.link} title={name} data-opens-row>
            {name}
          </Link>
        ) : (
          <span title={name} tabIndex={-1} data-opens-row>
            {name}
          </span>
        )}
        <Text size="xs" c="var(--fs-quiet)" fw={400}>
          {[slide.vendor && vendorName(slide.vendor), bytes(slide.size_bytes)].filter(Boolean).join(" · ")}
        </Text>
        {slide.left_out !== null && <LeftOut reason={slide.left_out} />}
      </Table.Td>
      <Table.Td className={classes.standing}>
        <StandingCell slide={slide} />
      </Table.Td>
      <Table.Td className={classes.number}>
        <ScoreCell slide={slide} />
      </Table.Td>
      <Table.Td className={classes.size}>
        <SlideSize slide={slide} />
      </Table.Td>
      <Table.Td className={classes.uploaded}>
        <Time at={slide.uploaded_at} />
        <Text size="xs" c="var(--fs-quiet)" truncate>
          {slide.uploaded_by}
        </Text>
      </Table.Td>
      <Table.Td className={classes.actions}>
        <Actions slide={slide} />
      </Table.Td>
    </Table.Tr>
  );
});

/** That the slide counts in no sum, and why. */
function LeftOut({ reason }: { reason: string }) {
  const { t } = useTranslation("cases");
  return (
    <Text size="xs" c="var(--fs-care-mark)" fw={500} className={classes.wraps}>
      {t("leftOutBecause", { reason: leftOutText(reason) })}
    </Text>
  );
}

function SlideSize({ slide: { width, height, mpp_x, mpp_y } }: { slide: Slide }) {
  if (!width || !height) return UNKNOWN;
  if (!mpp_x || !mpp_y) return pixels(width, height);
  return (
    <>
      <span title={pixels(width, height)}>{millimetres(width, height, mpp_x, mpp_y)}</span>
      <Text size="xs" c="var(--fs-quiet)">
        {mpp(mpp_x, mpp_y)}
      </Text>
    </>
  );
}
