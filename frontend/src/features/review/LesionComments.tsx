import { Button, Group, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Lesion, Review } from "@/api/types";
import { Time } from "@/ui/Time";

export interface Commenting {
  comments: Review["comments"];
  /** Sends a remark; `then` once it is on its way. */
  onComment: (lesionId: string, text: string, then: () => void) => void;
}

interface LesionCommentsProps extends Commenting {
  lesion: Lesion;
  readOnly: boolean;
}

/** What readers wrote about a lesion, and room for more. */
export function LesionComments({ lesion, comments, readOnly, onComment }: LesionCommentsProps) {
  const { t } = useTranslation("review");
  const [text, setText] = useState("");
  const own = comments.filter(({ lesion_id }) => lesion_id === lesion.id);
  function send(event: FormEvent) {
    event.preventDefault();
    if (!text.trim()) return;
    onComment(lesion.id, text.trim(), () => setText(""));
  }
  return (
    <>
      {own.map((comment) => (
        <Text key={comment.at} size="xs" mt={4}>
          <b>{comment.by}</b> <Time at={comment.at} />
          <br />
          {comment.text}
        </Text>
      ))}
      {!readOnly && (
        <form onSubmit={send}>
          <Group gap={6} mt={6} wrap="nowrap">
            <TextInput size="xs" flex={1} maxLength={4000} placeholder={t("remark")} aria-label={t("remark")} value={text} onChange={(event) => setText(event.currentTarget.value)} />
            <Button type="submit" size="xs" variant="default" disabled={!text.trim()}>
              {t("addRemark")}
            </Button>
          </Group>
        </form>
      )}
    </>
  );
}
