import { Button, FileButton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconFileImport } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { useUnsaved } from "@/api/review/act";
import { useTakeOver } from "@/api/review/takeOver";
import type { Review } from "@/api/types";
import { useMay } from "@/api/session";
import type { Guard } from "./softLock";

/** Take outlines drawn in QuPath into the review. */
export function TakeOverButton({ review, guard }: { review: Review; guard: Guard }) {
  const { t } = useTranslation("review");
  const unsaved = useUnsaved();
  const takeOver = useTakeOver(review.analysis_id);
  const may = useMay("read");

  function take(file: File) {
    takeOver.mutate(
      { file, version: review.version },
      {
        onSuccess: () => notifications.show({ color: "teal", message: t("takenOver", { name: file.name }) }),
        onError: (error) => notifications.show({ color: "red", title: t("notTakenOver", { name: file.name }), message: sentence(error), autoClose: false }),
      },
    );
  }

  if (!may) return null;
  return (
    <FileButton accept=".geojson,.json,application/geo+json" onChange={(file) => file && guard(() => take(file))} key={takeOver.submittedAt}>
      {(props) => (
        <Button {...props} variant="default" size="xs" loading={takeOver.isPending} disabled={review.signed || unsaved > 0} leftSection={<IconFileImport size={14} />} title={t("takeOverHelp")}>
          {t("takeOver")}
        </Button>
      )}
    </FileButton>
  );
}
