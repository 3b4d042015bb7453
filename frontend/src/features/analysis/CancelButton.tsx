import { Button, type ButtonProps } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";
import { useCancelAnalysis } from "@/api/analyses";
import { sentence } from "@/api/errors";
import type { Analysis } from "@/api/types";

interface CancelButtonProps extends ButtonProps {
  analysis: Analysis;
}

/** Ask a running analysis to stop; it says so until it has. */
export function CancelButton({ analysis, ...button }: CancelButtonProps) {
  const { t } = useTranslation("analysis");
  const cancel = useCancelAnalysis(analysis.slide_id);
  const asked = analysis.cancel_requested || cancel.isPending;
  const title = t("notCancelled");
  return (
    <Button
      variant="default"
      disabled={asked}
      onClick={() =>
        cancel.mutate(analysis.id, {
          onError: (error) => notifications.show({ color: "red", title, message: sentence(error) }),
        })
      }
      {...button}
    >
      {t(asked ? "cancelling" : "cancel")}
    </Button>
  );
}
