import { ActionIcon, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconBolt, IconColumns2, IconDotsVertical, IconPencil, IconRuler2, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isActive, useStartAnalysis } from "@/api/analyses";
import { sentence } from "@/api/errors";
import { useDeleteSlide } from "@/api/slides";
import type { Slide } from "@/api/types";
import { useMay, useSession } from "@/api/session";
import { Confirm } from "@/ui/Confirm";
import { Dialog } from "@/ui/Dialog";
import { CompareDialog } from "./CompareDialog";
import { MppForm } from "./MppForm";
import { RenameDialog } from "./RenameDialog";
import { slideName } from "@/lib/slideName";

type Shown = "compare" | "rename" | "mpp" | "delete";

interface SlideMenuProps {
  slide: Slide;
  onDeleted?: () => void;
}

/** What can be done with a slide itself: analyse it first of all, see it beside another, rename, correct the entered pixel size, delete. */
export function SlideMenu({ slide, onDeleted }: SlideMenuProps) {
  const { t } = useTranslation("slides");
  const [dialog, setDialog] = useState<Shown | null>(null);
  const close = () => setDialog(null);
  const [reads, arranges, manages] = [useMay("read"), useMay("arrange"), useMay("manage")];
  const own = useSession().data?.user.display_name === slide.uploaded_by;
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t("moreAbout", { name: slideName(slide.name) })}>
            <IconDotsVertical size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {reads && slide.analysable && !isActive(slide.current_analysis) && <AnalyseUrgently slide={slide} />}
          {slide.status === "ready" && (
            <Menu.Item leftSection={<IconColumns2 size={16} />} onClick={() => setDialog("compare")}>
              {t("compare.more")}
            </Menu.Item>
          )}
          {arranges && (
            <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setDialog("rename")}>
              {t("renameMore")}
            </Menu.Item>
          )}
          {arranges && slide.status === "ready" && slide.mpp_source !== "file" && (
            <Menu.Item leftSection={<IconRuler2 size={16} />} onClick={() => setDialog("mpp")}>
              {t("enterMppMore")}
            </Menu.Item>
          )}
          {(manages || (arranges && own)) && (
            <Menu.Item c="var(--fs-danger)" leftSection={<IconTrash size={16} />} onClick={() => setDialog("delete")}>
              {t(slide.status === "rejected" ? "dismissMore" : "deleteMore")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {dialog === "compare" && <CompareDialog slide={slide} onClose={close} />}
      {dialog === "rename" && <RenameDialog slide={slide} onClose={close} />}
      {dialog === "mpp" && (
        <Dialog onClose={close} title={t("pixelSize")}>
          <MppForm slide={slide} onSaved={close} />
        </Dialog>
      )}
      {dialog === "delete" && <DeleteDialog slide={slide} opened onClose={close} onDeleted={onDeleted} />}
    </>
  );
}

/** An analysis before all that wait. */
function AnalyseUrgently({ slide }: { slide: Slide }) {
  const { t } = useTranslation(["slides", "analysis"]);
  const start = useStartAnalysis(slide.id);
  const title = t("analysis:notStarted");
  return (
    <Menu.Item
      leftSection={<IconBolt size={16} />}
      onClick={() =>
        start.mutate(true, { onError: (error) => notifications.show({ color: "red", title, message: sentence(error) }) })
      }
    >
      {t("analyseUrgently")}
    </Menu.Item>
  );
}

interface DeleteDialogProps extends SlideMenuProps {
  opened: boolean;
  onClose: () => void;
}

function DeleteDialog({ slide, opened, onClose, onDeleted }: DeleteDialogProps) {
  const { t } = useTranslation("slides");
  const remove = useDeleteSlide(slide.id);
  return (
    <Confirm
      opened={opened}
      title={t(slide.status === "rejected" ? "dismissFile" : "deleteSlide")}
      sentence={t("removedForEveryone", { name: slideName(slide.name) })}
      action={t(slide.status === "rejected" ? "dismiss" : "delete")}
      busy={remove.isPending}
      problem={remove.error ? sentence(remove.error) : undefined}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onDeleted ?? onClose })}
      onClose={onClose}
    />
  );
}
