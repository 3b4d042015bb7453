import { Group, Kbd, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useKeyHint } from "@/lib/keys/mapping";
import type { KeyId } from "@/lib/keys/table";

const HINTS = [
  [["next", "previous"], "move"],
  [["accept"], "confirm"],
  [["reject"], "reject"],
  [["edit"], "edit"],
  [["undo"], "undo"],
  [["hide"], "hide"],
  [["help"], "all"],
] as const;

/** The reviewer's keys, in a line. */
export function KeyHints() {
  const { t } = useTranslation("review");
  return (
    <Group gap="4px 9px">
      {HINTS.map(([ids, meaning]) => (
        <Group key={meaning} gap={4} wrap="nowrap">
          {ids.map((id) => (
            <Hint key={id} id={id} />
          ))}
          <Text fz={11} c="var(--fs-quiet)">
            {t(`keys.${meaning}`)}
          </Text>
        </Group>
      ))}
    </Group>
  );
}

function Hint({ id }: { id: KeyId }) {
  const { t } = useTranslation("review");
  const key = useKeyHint(id);
  return <Kbd size="xs">{key === "Space" ? t("keys.space") : key}</Kbd>;
}
