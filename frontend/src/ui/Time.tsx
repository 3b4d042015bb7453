import { Text } from "@mantine/core";
import { absolute, ago } from "@/lib/time";

/** A moment, as how long ago it was; in full on hover. */
export function Time({ at }: { at: string }) {
  return (
    <Text component="time" inherit dateTime={at} title={absolute(at)}>
      {ago(at)}
    </Text>
  );
}
