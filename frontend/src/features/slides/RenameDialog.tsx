import { Button, Group, Modal, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { sentence } from "@/api/errors";
import { useChangeSlide } from "@/api/slides";
import type { Slide } from "@/api/types";

/** Give a slide another name. The file keeps its own, random one. */
export function RenameDialog({ slide, onClose }: { slide: Slide; onClose: () => void }) {
  const change = useChangeSlide(slide.id);
  const [name, setName] = useState(slide.name);

  function submit(event: FormEvent) {
    event.preventDefault();
    change.mutate({ name: name.trim() }, { onSuccess: onClose });
  }

  return (
    <Modal opened onClose={onClose} title="Rename slide">
      <form onSubmit={submit}>
        <TextInput
          label="Name"
          data-autofocus
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={change.error && sentence(change.error)}
        />
        <Text size="xs" c="var(--fs-quiet)" mt="xs">
          Names are seen by everyone who signs in here: use a pseudonym, not a patient’s name.
        </Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" loading={change.isPending} disabled={!name.trim()}>
            Rename
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
