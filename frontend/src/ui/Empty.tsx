import { Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

interface EmptyProps {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
}

/** What stands where there is nothing yet, and what to do about it. */
export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <Stack align="center" gap="xs" py={72} px="md" c="var(--fs-quiet)">
      {icon}
      <Text fw={600} c="var(--mantine-color-text)">
        {title}
      </Text>
      <Text size="sm" ta="center" maw={420}>
        {children}
      </Text>
    </Stack>
  );
}
