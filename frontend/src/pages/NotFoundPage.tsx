import { Anchor } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Empty } from "@/ui/Empty";

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <Empty icon={<IconMapOff size={36} stroke={1.5} />} title={t("noSuchPage")}>
      <Anchor component={Link} to="/">
        {t("toWorklist")}
      </Anchor>
    </Empty>
  );
}
