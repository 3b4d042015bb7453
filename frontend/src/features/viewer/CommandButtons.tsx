import { IconArrowMerge, IconCircleFilled, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useViewer } from "./context";
import { ToolButton } from "./ToolButton";
import type { Command } from "./tools/commands";

/** What is done at once to the selected shapes. */
export function CommandButtons() {
  const { t } = useTranslation("tools");
  const worker = useViewer((state) => state.worker);
  const shared = (command: Command) => ({ disabled: worker === null, portal: true, onClick: () => worker?.run(command) });
  return (
    <div role="group" style={{ display: "flex", gap: 2 }}>
      <ToolButton label={t("mergeSelected")} icon={<IconArrowMerge size={16} />} {...shared("merge")} />
      <ToolButton label={t("fillHoles")} keyId="fillHoles" icon={<IconCircleFilled size={16} />} {...shared("fillHoles")} />
      <ToolButton label={t("delete")} keyId="delete" icon={<IconTrash size={16} />} {...shared("delete")} />
    </div>
  );
}
