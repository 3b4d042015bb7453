import { Anchor } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { Link } from "react-router";
import { Empty } from "@/ui/Empty";

export function NotFoundPage() {
  return (
    <Empty icon={<IconMapOff size={36} stroke={1.5} />} title="There is no page at this address">
      <Anchor component={Link} to="/">
        To the worklist
      </Anchor>
    </Empty>
  );
}
