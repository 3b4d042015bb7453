import { Button, Group, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { useChangeSlide } from "@/api/slides";
import type { Slide } from "@/api/types";
import { MPP_UNIT } from "@/lib/format";
import { readMpp } from "./mpp";

interface MppFormProps {
  slide: Slide;
  onSaved?: () => void;
}

/** Ask for a pixel size that the file does not state. */
export function MppForm({ slide, onSaved }: MppFormProps) {
  const { t } = useTranslation(["slides", "common"]);
  const change = useChangeSlide(slide.id);
  const [text, setText] = useState(slide.mpp_x?.toString() ?? "");
  const mpp = readMpp(text);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (mpp !== null) change.mutate({ mpp }, { onSuccess: onSaved });
  }

  return (
    <form onSubmit={submit}>
      <Text size="sm" mb="sm">
        {t("mppHelp")}
      </Text>
      <Group align="flex-start" gap="sm" wrap="nowrap">
        <TextInput
          flex={1}
          inputMode="decimal"
          aria-label={t("mppLabel")}
          placeholder={t("mppExample")}
          rightSection={<Text size="xs">{MPP_UNIT}</Text>}
          rightSectionWidth={56}
          data-autofocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={(change.error && sentence(change.error)) || (text && mpp === null && t("mppRange"))}
        />
        <Button type="submit" loading={change.isPending} disabled={mpp === null}>
          {t("common:save")}
        </Button>
      </Group>
    </form>
  );
}
