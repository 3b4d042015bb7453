import { Anchor } from "@mantine/core";
import { IconFileAlert, IconHourglass } from "@tabler/icons-react";
import { Link } from "react-router";
import type { Slide } from "@/api/types";
import { Empty } from "@/ui/Empty";

/** Stands where a slide is still inspected, or was rejected. */
export function NotReady({ slide }: { slide: Slide }) {
  const rejected = slide.status === "rejected";
  const icon = rejected ? <IconFileAlert size={36} stroke={1.5} /> : <IconHourglass size={36} stroke={1.5} />;
  return (
    <Empty icon={icon} title={rejected ? `${slide.name} was rejected` : `${slide.name} is being inspected`}>
      {rejected ? slide.rejection : "This takes a moment. The page follows by itself."}
      <br />
      <Anchor component={Link} to="/" size="sm">
        To the worklist
      </Anchor>
    </Empty>
  );
}
