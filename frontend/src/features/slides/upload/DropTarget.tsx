import { Text } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { droppedFiles } from "./chosen";
import classes from "./DropTarget.module.css";
import { addFiles } from "./queue";

/** Takes files and folders dropped anywhere on the page; says so while they hover. */
export function DropTarget() {
  const { t } = useTranslation("slides");
  const hovering = useFileDrop();
  if (!hovering) return null;
  return (
    <div className={classes.veil}>
      <div className={classes.card}>
        <IconUpload size={32} stroke={1.5} />
        <Text fw={600} mt="xs">
          {t("upload.drop")}
        </Text>
      </div>
    </div>
  );
}

/** Upload files that are dropped on the window, and say whether some hover over it. */
function useFileDrop(): boolean {
  const [hovering, setHovering] = useState(false);
  useEffect(() => {
    const listening = new AbortController();
    const listen = (name: "dragover" | "dragleave" | "drop", heard: (event: DragEvent) => void) =>
      window.addEventListener(name, heard, listening);
    listen("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setHovering(true);
    });
    listen("dragleave", (event) => {
      if (event.relatedTarget === null) setHovering(false);
    });
    listen("drop", (event) => {
      event.preventDefault();
      setHovering(false);
      void droppedFiles(event.dataTransfer).then(addFiles);
    });
    return () => listening.abort();
  }, []);
  return hovering;
}
