import { Button, FileButton } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { addFiles } from "./queue";

/** Choose slide files to upload. */
export function UploadButton() {
  const { t } = useTranslation("slides");
  const reset = useRef<() => void>(null);

  function take(files: File[]) {
    addFiles(files);
    reset.current?.(); // so that the same file can be chosen again
  }

  return (
    <FileButton multiple resetRef={reset} onChange={take}>
      {(props) => (
        <Button {...props} leftSection={<IconUpload size={16} />}>
          {t("upload.choose")}
        </Button>
      )}
    </FileButton>
  );
}
