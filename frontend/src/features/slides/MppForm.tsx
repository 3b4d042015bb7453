import { Button, Group, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { sentence } from "@/api/errors";
import { useChangeSlide } from "@/api/slides";
import type { Slide } from "@/api/types";
import { readMpp } from "./mpp";

interface MppFormProps {
  slide: Slide;
  onSaved?: () => void;
}

/** Ask for a pixel size that the file does not state. */
export function MppForm({ slide, onSaved }: MppFormProps) {
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
        Areas can be measured once it is known. The scanner’s settings or its operator can tell; 20× scans are often near
        0.5, 40× scans near 0.25.
      </Text>
      <Group align="flex-start" gap="sm" wrap="nowrap">
        <TextInput
          flex={1}
          inputMode="decimal"
          aria-label="Micrometres per pixel"
          placeholder="for example 0.25"
          rightSection={<Text size="xs">µm/px</Text>}
          rightSectionWidth={56}
          data-autofocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={(change.error && sentence(change.error)) || (text && mpp === null && "A number from 0.02 to 200.")}
        />
        <Button type="submit" loading={change.isPending} disabled={mpp === null}>
          Save
        </Button>
      </Group>
    </form>
  );
}
