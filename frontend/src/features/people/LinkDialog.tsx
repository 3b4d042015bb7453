import { Button, CopyButton, Group, Modal, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Link } from "@/api/types";
import { absolute } from "@/lib/time";

interface LinkDialogProps {
  title: string;
  link: Link;
  onClose: () => void;
}

/** A link that is shown this once. What follows `#` is never sent to a server unasked, so it stands in no log. */
export function LinkDialog({ title, link, onClose }: LinkDialogProps) {
  const { t } = useTranslation("people");
  const address = `${window.location.origin}/join#${link.token}`;
  return (
    <Modal opened onClose={onClose} title={title} size="lg">
      <Text size="sm" mb="sm">
        {t("linkShownOnce", { until: absolute(link.expires_at) })}
      </Text>
      <Group align="end" wrap="nowrap">
        <TextInput label={t("link")} readOnly value={address} flex={1} onFocus={(event) => event.currentTarget.select()} />
        <CopyButton value={address}>
          {({ copied, copy }) => <Button onClick={copy}>{t(copied ? "copied" : "copy")}</Button>}
        </CopyButton>
      </Group>
    </Modal>
  );
}
