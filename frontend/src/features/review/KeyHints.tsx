import { Group, Kbd, Text } from "@mantine/core";

const HINTS = [
  ["J K", "move"],
  ["A", "confirm"],
  ["R", "reject"],
  ["U", "undo"],
  ["Space", "hide"],
] as const;

/** The reviewer's keys, in a line. */
export function KeyHints() {
  return (
    <Group gap="4px 9px">
      {HINTS.map(([keys, meaning]) => (
        <Group key={keys} gap={4} wrap="nowrap">
          {keys.split(" ").map((key) => (
            <Kbd key={key} size="xs">
              {key}
            </Kbd>
          ))}
          <Text fz={11} c="var(--fs-quiet)">
            {meaning}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
