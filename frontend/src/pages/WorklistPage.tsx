import { Button, Group, Modal, Pagination, Paper, Text, Title } from "@mantine/core";
import { useDebouncedValue, useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { IconFileUpload, IconSearchOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isActive } from "@/api/analyses";
import { sentence } from "@/api/errors";
import { PAGE_SIZE, useSlides } from "@/api/slides";
import type { Slide, SlideStatus } from "@/api/types";
import { AnalyseButton } from "@/features/analysis/AnalyseButton";
import { CancelButton } from "@/features/analysis/CancelButton";
import { Filters } from "@/features/slides/Filters";
import { MppForm } from "@/features/slides/MppForm";
import { SlideMenu } from "@/features/slides/SlideMenu";
import { SlideTable } from "@/features/slides/SlideTable";
import { lacksMpp } from "@/features/slides/standing";
import { DropTarget } from "@/features/slides/upload/DropTarget";
import { UploadButton } from "@/features/slides/upload/UploadButton";
import { Empty } from "@/ui/Empty";
import { Problem } from "@/ui/Problem";
import classes from "./WorklistPage.module.css";

/** All slides, where each stands, and what can be done next. */
export function WorklistPage() {
  const { t } = useTranslation("slides");
  const [search, setSearch] = useState("");
  const [status, setStatus] = useState<SlideStatus | null>(null);
  const [page, setPage] = useState(1);
  const [settledSearch] = useDebouncedValue(search.trim(), 250);
  const slides = useSlides({ search: settledSearch, status, page });
  const total = slides.data?.total;
  useDocumentTitle(t("worklistTitle"));

  return (
    <div className={classes.page}>
      <Group justify="space-between" mb="md">
        <Group gap="sm" align="baseline">
          <Title order={1} size="h3">
            {t("worklist")}
          </Title>
          <Text size="sm" c="var(--fs-quiet)" className="numeric">
            {total !== undefined && total > 0 && t("count", { count: total })}
          </Text>
        </Group>
        <Group gap="sm">
          <Filters
            search={search}
            status={status}
            onSearch={(text) => (setSearch(text), setPage(1))}
            onStatus={(chosen) => (setStatus(chosen), setPage(1))}
          />
          <UploadButton />
        </Group>
      </Group>
      {slides.error && !slides.data ? (
        <Problem title={t("worklistNotLoaded")} sentence={sentence(slides.error)} onRetry={slides.refetch} />
      ) : (
        <Paper withBorder radius="md" className={classes.card}>
          {total === 0 ? (
            <Nothing filtered={settledSearch !== "" || status !== null} />
          ) : (
            <SlideTable slides={slides.data?.items} actionsOf={(slide) => <Actions slide={slide} />} />
          )}
        </Paper>
      )}
      {total !== undefined && total > PAGE_SIZE && (
        <Pages page={page} total={Math.ceil(total / PAGE_SIZE)} onPage={setPage} />
      )}
      <DropTarget />
    </div>
  );
}

interface PagesProps {
  page: number;
  total: number;
  onPage: (page: number) => void;
}

function Pages({ page, total, onPage }: PagesProps) {
  const { t } = useTranslation("slides");
  const names = { previous: t("previousPage"), next: t("nextPage") } as Record<string, string>;
  return (
    <Pagination
      mt="md"
      value={page}
      onChange={onPage}
      total={total}
      aria-label={t("pages")}
      getItemProps={(number) => ({ "aria-label": t("page", { page: number }) })}
      getControlProps={(control) => ({ "aria-label": names[control] })}
    />
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation("slides");
  if (filtered) return <Empty icon={<IconSearchOff size={36} stroke={1.5} />} title={t("noneFits")} />;
  return (
    <Empty icon={<IconFileUpload size={36} stroke={1.5} />} title={t("noneYet")}>
      {t("howToBegin")}
    </Empty>
  );
}

function Actions({ slide }: { slide: Slide }) {
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <NextStep slide={slide} />
      <SlideMenu slide={slide} />
    </Group>
  );
}

/** The one thing to do next, where there is one. */
function NextStep({ slide }: { slide: Slide }) {
  const analysis = slide.latest_analysis;
  if (analysis && isActive(analysis)) return <CancelButton analysis={analysis} size="compact-sm" />;
  if (lacksMpp(slide)) return <EnterMpp slide={slide} />;
  if (slide.analysable && analysis?.status !== "succeeded")
    return <AnalyseButton slide={slide} size="compact-sm" variant="light" />;
  return null;
}

function EnterMpp({ slide }: { slide: Slide }) {
  const { t } = useTranslation("slides");
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open}>
        {t("enterMpp")}
      </Button>
      <Modal opened={opened} onClose={close} title={t("mppUnknownEnter")}>
        <MppForm slide={slide} onSaved={close} />
      </Modal>
    </>
  );
}
