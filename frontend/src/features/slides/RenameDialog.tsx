import { Button, Group, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { useChangeSlide } from "@/api/slides";
import type { Slide } from "@/api/types";
import { slideName } from "@/lib/slideName";
import { Dialog } from "@/ui/Dialog";

/** Give a slide another name. The file keeps its own, random one. */
export function RenameDialog({ slide, onClose }: { slide: Slide; onClose: () => void }) {
  const { t } = useTranslation("slides");
  const change = useChangeSlide(slide.id);
  const before = slideName(slide.name);
  const [name, setName] = useState(before);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (name.trim() === before) return onClose();
    change.mutate({ name: name.trim() }, { onSuccess: onClose });
  }

  return (
    <Dialog onClose={onClose} title={t("renameSlide")}>
      <form onSubmit={submit}>
        <TextInput
          label={t("name")}
          data-autofocus
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={change.error && sentence(change.error)}
        />
        <Text size="xs" c="var(--fs-quiet)" mt="xs">
          {t("usePseudonym")}
        </Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>
            {t("leaveIt")}
          </Button>
          <Button type="submit" loading={change.isPending} disabled={!name.trim()}>
            {t("rename")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
