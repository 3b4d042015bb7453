import { Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Slide } from "@/api/types";
import { bytes, millimetres, mpp, pixels, UNKNOWN } from "@/lib/format";
import { vendorName } from "@/lib/vendors";
import { Time } from "@/ui/Time";
import { ScoreCell } from "./ScoreCell";
import classes from "./SlideTable.module.css";
import { StandingCell } from "./StandingCell";
import { Thumbnail } from "./Thumbnail";

/** One slide on the worklist. The name's link covers the row, so that a click anywhere opens it. */
export function SlideRow({ slide, actions }: { slide: Slide; actions: ReactNode }) {
  useTranslation(); // numbers are written anew when the language changes
  const opens = slide.status === "ready";
  return (
    <Table.Tr className={classes.row} data-opens={opens || undefined}>
      <Table.Td className={classes.thumbnail}>
        <Thumbnail slide={slide} />
      </Table.Td>
      <Table.Td className={classes.name}>
        {opens ? (
          <Link to={`/slides/${slide.id}`} className={classes.link} title={slide.name}>
            {slide.name}
          </Link>
        ) : (
          <span title={slide.name}>{slide.name}</span>
        )}
        <Text size="xs" c="var(--fs-quiet)" fw={400}>
          {[slide.vendor && vendorName(slide.vendor), bytes(slide.size_bytes)].filter(Boolean).join(" · ")}
        </Text>
      </Table.Td>
      <Table.Td>
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
        <Text size="xs" c="var(--fs-quiet)">
          {slide.uploaded_by}
        </Text>
      </Table.Td>
      <Table.Td className={classes.actions}>{actions}</Table.Td>
    </Table.Tr>
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
