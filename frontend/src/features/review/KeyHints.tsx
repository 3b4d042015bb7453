import { Group, Kbd, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

const HINTS = [
  [["J", "K"], "move"],
  [["A"], "confirm"],
  [["R"], "reject"],
  [["E"], "edit"],
  [["U"], "undo"],
  [["Space"], "hide"],
] as const;

/** The reviewer's keys, in a line. */
export function KeyHints() {
  const { t } = useTranslation("review");
  return (
    <Group gap="4px 9px">
      {HINTS.map(([keys, meaning]) => (
        <Group key={meaning} gap={4} wrap="nowrap">
          {keys.map((key) => (
            <Kbd key={key} size="xs">
              {key === "Space" ? t("keys.space") : key}
            </Kbd>
          ))}
          <Text fz={11} c="var(--fs-quiet)">
            {t(`keys.${meaning}`)}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
