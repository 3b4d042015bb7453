import { Anchor } from "@mantine/core";
import { IconFileAlert, IconHourglass } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Slide } from "@/api/types";
import { inLanguage } from "@/lib/sentences";
import { slideName } from "@/lib/slideName";
import { Empty } from "@/ui/Empty";

/** Stands where a slide is still inspected, or was rejected. */
export function NotReady({ slide }: { slide: Slide }) {
  const { t } = useTranslation(["slides", "common"]);
  const rejected = slide.status === "rejected";
  const icon = rejected ? <IconFileAlert size={36} stroke={1.5} /> : <IconHourglass size={36} stroke={1.5} />;
  return (
    <Empty icon={icon} title={t(rejected ? "wasRejected" : "beingInspected", { name: slideName(slide.name) })}>
      {rejected ? inLanguage(slide.rejection ?? "") : slide.delay ? inLanguage(slide.delay) : t("takesAMoment")}
      <br />
      <Anchor component={Link} to="/" size="sm">
        {t("common:toWorklist")}
      </Anchor>
    </Empty>
  );
}
