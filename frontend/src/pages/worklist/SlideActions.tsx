import { Button, Group, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { isActive } from "@/api/analyses";
import type { Slide } from "@/api/types";
import { useMay } from "@/api/session";
import { AnalyseButton } from "@/features/analysis/AnalyseButton";
import { CancelButton } from "@/features/analysis/CancelButton";
import { MppForm } from "@/features/slides/MppForm";
import { SlideMenu } from "@/features/slides/SlideMenu";
import { lacksMpp } from "@/features/slides/standing";

/** What can be done with a slide on a list. */
export function SlideActions({ slide }: { slide: Slide }) {
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <NextStep slide={slide} />
      <SlideMenu slide={slide} />
    </Group>
  );
}

/** The one thing to do next, where there is one. */
function NextStep({ slide }: { slide: Slide }) {
  const analysis = slide.current_analysis;
  const arranges = useMay("arrange");
  if (analysis && isActive(analysis)) return <CancelButton analysis={analysis} size="compact-sm" />;
  if (lacksMpp(slide)) return arranges && <EnterMpp slide={slide} />;
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
