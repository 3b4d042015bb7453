import { Button, type ButtonProps } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { sentence } from "@/api/errors";
import { useStartAnalysis } from "@/api/analyses";
import type { Slide } from "@/api/types";

interface AnalyseButtonProps extends ButtonProps {
  slide: Slide;
  again?: boolean;
}

/** Start an analysis; says why where it is refused. */
export function AnalyseButton({ slide, again = false, ...button }: AnalyseButtonProps) {
  const start = useStartAnalysis(slide.id);
  const title = "The analysis was not started";
  return (
    <Button
      loading={start.isPending}
      aria-label={`${again ? "Analyse again" : "Analyse"} ${slide.name}`}
      onClick={() =>
        start.mutate(undefined, { onError: (error) => notifications.show({ color: "red", title, message: sentence(error) }) })
      }
      {...button}
    >
      {again ? "Analyse again" : "Analyse"}
    </Button>
  );
}
