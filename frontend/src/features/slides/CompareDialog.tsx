import { Anchor, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { useAnalyses } from "@/api/analyses";
import { useReadySlides } from "@/api/slides";
import type { Slide } from "@/api/types";
import { slideName } from "@/lib/slideName";
import { absolute } from "@/lib/time";
import { Dialog } from "@/ui/Dialog";

interface CompareDialogProps {
  slide: Slide;
  onClose: () => void;
}

/** Choose what to see beside a slide: another slide, or another analysis of the same one. */
export function CompareDialog({ slide, onClose }: CompareDialogProps) {
  const { t } = useTranslation("slides");
  return (
    <Dialog onClose={onClose} title={t("compare.with", { name: slideName(slide.name) })}>
      <Stack gap="md">
        <OtherAnalyses slide={slide} />
        <OtherSlides slide={slide} />
      </Stack>
    </Dialog>
  );
}

function OtherSlides({ slide }: { slide: Slide }) {
  const { t } = useTranslation("slides");
  const [search, setSearch] = useState("");
  const [settled] = useDebouncedValue(search.trim(), 250);
  const found = useReadySlides(settled).data?.items;
  const others = found?.filter(({ id }) => id !== slide.id);
  return (
    <Stack gap={6}>
      <TextInput label={t("compare.otherSlide")} placeholder={t("searchByName")} value={search} onChange={(event) => setSearch(event.currentTarget.value)} data-autofocus />
      {others?.map(({ id, name }) => (
        <Anchor key={id} component={Link} to={`/compare/${slide.id}/${id}`} size="sm" truncate>
          {slideName(name)}
        </Anchor>
      ))}
      {others?.length === 0 && <Text size="sm">{t("compare.none")}</Text>}
    </Stack>
  );
}

function OtherAnalyses({ slide }: { slide: Slide }) {
  const { t } = useTranslation("slides");
  const [query] = useSearchParams();
  const done = useAnalyses(slide.id).data?.filter(({ status }) => status === "succeeded") ?? [];
  const shown = done.find(({ id }) => id === query.get("analysis")) ?? done[0];
  const others = done.filter((one) => one !== shown);
  if (!shown || others.length === 0) return null;
  return (
    <Stack gap={6}>
      <Title order={3} size="sm">
        {t("compare.otherAnalysis", { time: absolute(shown.queued_at) })}
      </Title>
      {others.map(({ id, queued_at }) => (
        <Anchor key={id} component={Link} to={`/compare/${slide.id}/${slide.id}?left=${shown.id}&right=${id}`} size="sm">
          {t("compare.analysisOf", { time: absolute(queued_at) })}
        </Anchor>
      ))}
    </Stack>
  );
}
