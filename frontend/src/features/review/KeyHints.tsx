import { Group, Kbd, Text } from "@mantine/core";

const HINTS = [
  ["J K", "next, previous"],
  ["A", "confirm"],
  ["R", "reject"],
  ["U", "take back"],
  ["Space", "hold to hide outlines"],
] as const;

/** The reviewer's keys, in a line. */
export function KeyHints() {
  return (
    <Group gap="4px 10px">
      {HINTS.map(([keys, meaning]) => (
        <Group key={keys} gap={4} wrap="nowrap">
          {keys.split(" ").map((key) => (
            <Kbd key={key} size="xs">
              {key}
            </Kbd>
          ))}
          <Text size="xs" c="var(--fs-quiet)">
            {meaning}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
