import { Button, FileButton } from "@mantine/core";
import { IconFolder, IconUpload } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { askForFiles, chosenFiles } from "./chosen";
import { addFiles } from "./queue";

/** Choose slide files to upload, or a folder of them. */
export function UploadButton() {
  const { t } = useTranslation("slides");
  const reset = useRef<() => void>(null);
  const may = useMay("arrange");

  function take(files: File[]) {
    void addFiles(chosenFiles(files));
    reset.current?.(); // so that the same file can be chosen again
  }

  if (!may) return null;
  return (
    <Button.Group>
      <FileButton multiple resetRef={reset} onChange={take}>
        {(props) => (
          <Button {...props} leftSection={<IconUpload size={16} />}>
            {t("upload.choose")}
          </Button>
        )}
      </FileButton>
      <Button
        px="xs"
        variant="light"
        aria-label={t("upload.chooseFolder")}
        title={t("upload.chooseFolder")}
        onClick={() => askForFiles({ folder: true }, (chosen) => void addFiles(chosen))}
      >
        <IconFolder size={18} />
      </Button>
    </Button.Group>
  );
}
