import { Anchor } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Empty } from "@/ui/Empty";

/** Stands where a slide is asked for that does not exist, or no longer. */
export function NoSuchSlide() {
  const { t } = useTranslation(["slides", "common"]);
  return (
    <Empty icon={<IconMapOff size={36} stroke={1.5} />} title={t("noSuchSlide")}>
      {t("mayBeDeleted")} <Anchor component={Link} to="/" inherit underline="always">
        {t("common:toWorklist")}
      </Anchor>
    </Empty>
  );
}
