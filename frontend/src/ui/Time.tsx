import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { absolute, ago } from "@/lib/time";

/** A moment, as how long ago it was; in full on hover. */
export function Time({ at }: { at: string }) {
  useTranslation(); // written anew when the language changes
  return (
    <Text component="time" inherit dateTime={at} title={absolute(at)}>
      {ago(at)}
    </Text>
  );
}
