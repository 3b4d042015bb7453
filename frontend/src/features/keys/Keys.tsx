import { ActionIcon, Modal } from "@mantine/core";
import { IconKeyboard } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useKeyHint } from "@/lib/keys/mapping";
import { useKeys } from "@/lib/keys/useKeys";
import { KeyList } from "./KeyList";

/** A button, and a key, that show all keys; `children` are those of this page alone. */
export function Keys({ children }: { children?: ReactNode }) {
  const { t } = useTranslation(["keys", "common"]);
  const [opened, setOpened] = useState(false);
  const key = useKeyHint("help");
  useKeys({ help: () => setOpened(true) });
  return (
    <>
      <ActionIcon variant="subtle" color="gray" aria-label={t("title")} title={t("common:withKey", { label: t("title"), key })} onClick={() => setOpened(true)}>
        <IconKeyboard size={18} />
      </ActionIcon>
      <Modal opened={opened} onClose={() => setOpened(false)} title={t("title")} size="58rem" closeButtonProps={{ "aria-label": t("common:close") }}>
        <KeyList>{children}</KeyList>
      </Modal>
    </>
  );
}
