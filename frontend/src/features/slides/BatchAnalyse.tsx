import { Button, List, Modal, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import type { Queued, Slide } from "@/api/types";
import { useAnalyseSlides } from "@/api/worklist";
import { inLanguage } from "@/lib/sentences";
import { slideName } from "@/lib/slideName";

/** Analyse all chosen slides; says how many were queued, and of each other one why not. */
export function BatchAnalyse({ slides, onDone }: { slides: readonly Slide[]; onDone: () => void }) {
  const { t } = useTranslation("slides");
  const analyse = useAnalyseSlides();
  const refused = analyse.data?.filter((one) => one.reason !== null) ?? [];

  function tell(answers: Queued[]) {
    const count = answers.filter((one) => one.analysis_id).length;
    if (count > 0) notifications.show({ message: t("queuedCount", { count }) });
    if (count === answers.length) onDone();
  }

  function fail(error: Error) {
    notifications.show({ color: "red", title: t("noneQueued"), message: sentence(error) });
  }

  return (
    <>
      <Button
        loading={analyse.isPending}
        onClick={() => analyse.mutate(slides.map((one) => one.id), { onSuccess: tell, onError: fail })}
      >
        {t("analyseChosen")}
      </Button>
      <Modal opened={refused.length > 0} onClose={analyse.reset} title={t("notQueued", { count: refused.length })}>
        <List size="sm" spacing="xs">
          {refused.map((one) => (
            <List.Item key={one.slide_id}>
              <Text inherit fw={600} component="span">
                {slideName(slides.find((slide) => slide.id === one.slide_id)?.name ?? "")}
              </Text>{" "}
              {inLanguage(one.reason ?? "")}
            </List.Item>
          ))}
        </List>
      </Modal>
    </>
  );
}
