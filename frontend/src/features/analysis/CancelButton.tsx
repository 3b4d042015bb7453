import { Button, type ButtonProps } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";
import { useCancelAnalysis } from "@/api/analyses";
import { sentence } from "@/api/errors";
import type { Analysis } from "@/api/types";
import { useMay } from "@/api/session";

interface CancelButtonProps extends ButtonProps {
  analysis: Analysis;
}

/** End an analysis that waits or runs. */
export function CancelButton({ analysis, ...button }: CancelButtonProps) {
  const { t } = useTranslation("analysis");
  const cancel = useCancelAnalysis(analysis.slide_id);
  const may = useMay("read");
  const title = t("notCancelled");
  if (!may) return null;
  return (
    <Button
      variant="default"
      disabled={cancel.isPending}
      onClick={() =>
        cancel.mutate(analysis.id, {
          onError: (error) => notifications.show({ color: "red", title, message: sentence(error) }),
        })
      }
      {...button}
    >
      {t("cancel")}
    </Button>
  );
}
