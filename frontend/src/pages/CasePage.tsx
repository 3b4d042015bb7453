import { Anchor, Center, Group, Loader, Paper, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconArrowLeft, IconFolderOpen, IconMapOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { useCase } from "@/api/cases";
import { sentence, statusOf } from "@/api/errors";
import type { CaseDetail, Slide } from "@/api/types";
import { CaseMenu } from "@/features/cases/CaseMenu";
import { CaseScore } from "@/features/cases/CaseScore";
import { CaseSettings } from "@/features/cases/CaseSettings";
import { CaseSlideActions } from "@/features/cases/CaseSlideActions";
import { LeftOutList } from "@/features/cases/LeftOutList";
import { Keys } from "@/features/keys/Keys";
import { WorklistKeys } from "@/features/keys/WorklistKeys";
import { SlideRow } from "@/features/slides/SlideRow";
import { SlideTable } from "@/features/slides/SlideTable";
import { useWorklistKeys } from "@/features/slides/useWorklistKeys";
import { Empty } from "@/ui/Empty";
import { Problem } from "@/ui/Problem";
import { Time } from "@/ui/Time";
import classes from "./CasePage.module.css";
import { SlideActions } from "./worklist/SlideActions";

/** One case: its summed score, who reads it and how, and its slides. */
export default function CasePage() {
  const { t } = useTranslation(["cases", "common"]);
  const { caseId = "" } = useParams();
  const found = useCase(caseId);
  useDocumentTitle(t("title", { pseudonym: found.data?.pseudonym ?? t("case") }));
  useWorklistKeys();

  if (found.data) return <Shown case={found.data} />;
  if (statusOf(found.error) === 404)
    return (
      <Empty icon={<IconMapOff size={36} stroke={1.5} />} title={t("noSuchCase")}>
        {t("mayBeDeleted")} <Anchor component={Link} to="/" inherit underline="always">
          {t("common:toWorklist")}
        </Anchor>
      </Empty>
    );
  return (
    <Center h="100%" p="md">
      {found.error ? (
        <Problem title={t("notLoaded")} sentence={sentence(found.error)} onRetry={found.refetch} />
      ) : (
        <Loader aria-label={t("loading")} />
      )}
    </Center>
  );
}

function Shown({ case: one }: { case: CaseDetail }) {
  const { t } = useTranslation("cases");
  const navigate = useNavigate();
  return (
    <div className={classes.page}>
      <Anchor component={Link} to="/" size="sm" className={classes.back}>
        <IconArrowLeft size={15} aria-hidden /> {t("toWorklist")}
      </Anchor>
      <Group justify="space-between" mb="md" mt="xs">
        <div>
          <Title order={1} size="h3" className={classes.title}>
            {one.pseudonym}
          </Title>
          <Text size="sm" c="var(--fs-quiet)">
            {t("slides", { count: one.slide_count })} · {t("createdBy", { name: one.created_by })} · <Time at={one.created_at} />
          </Text>
        </div>
        <Group gap="xs">
          <Keys>
            <WorklistKeys />
          </Keys>
          <CaseMenu case={one} onDeleted={() => void navigate("/")} />
        </Group>
      </Group>
      <div className={classes.panels}>
        <Paper withBorder radius="md" p="md" component="section" aria-label={t("caseScore")}>
          <div className={classes.scores}>
            <CaseScore kind="predicted" sum={one.predicted} />
            <CaseScore kind="reviewed" sum={one.reviewed} />
          </div>
          <Text size="xs" c="var(--fs-quiet)" mt="sm">
            {t("summed")}
          </Text>
          <LeftOutList parts={one.predicted.parts} />
        </Paper>
        <Paper withBorder radius="md" p="md">
          <CaseSettings case={one} />
        </Paper>
      </div>
      <Paper withBorder radius="md" mt="md" className={classes.card}>
        <Slides case={one} />
      </Paper>
    </div>
  );
}

function Slides({ case: one }: { case: CaseDetail }) {
  const { t } = useTranslation("cases");
  if (one.slides.length === 0)
    return (
      <Empty icon={<IconFolderOpen size={36} stroke={1.5} />} title={t("empty")}>
        {t("emptyHelp")}
      </Empty>
    );
  return (
    <SlideTable slides={one.slides}>
      {one.slides.map((slide) => (
        <SlideRow
          key={slide.id}
          slide={slide}
          actions={CaseActions}
        />
      ))}
    </SlideTable>
  );
}

/** What can be done with a slide of a case. */
function CaseActions({ slide }: { slide: Slide }) {
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      {slide.case && <CaseSlideActions caseId={slide.case.id} slide={slide} />}
      <SlideActions slide={slide} />
    </Group>
  );
}
