import { Button, type ButtonProps } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { useStartAnalysis } from "@/api/analyses";
import type { Slide } from "@/api/types";
import { useMay } from "@/api/session";
import { slideName } from "@/lib/slideName";

interface AnalyseButtonProps extends ButtonProps {
  slide: Slide;
  again?: boolean;
}

/** Start an analysis; says why where it is refused. */
export function AnalyseButton({ slide, again = false, ...button }: AnalyseButtonProps) {
  const { t } = useTranslation("analysis");
  const start = useStartAnalysis(slide.id);
  const may = useMay("read");
  const title = t("notStarted");
  if (!may) return null;
  return (
    <Button
      loading={start.isPending}
      aria-label={t(again ? "analyseSlideAgain" : "analyseSlide", { name: slideName(slide.name) })}
      onClick={() =>
        start.mutate(false, { onError: (error) => notifications.show({ color: "red", title, message: sentence(error) }) })
      }
      {...button}
    >
      {t(again ? "analyseAgain" : "analyse")}
    </Button>
  );
}
