import { Button, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { resetKeys, useMapping } from "@/lib/keys/mapping";
import { KEY_GROUPS } from "@/lib/keys/table";
import { KeyRow } from "./KeyRow";
import classes from "./Keys.module.css";
import { useRecorded, type Asked } from "./useRecorded";

/** All keys by group; each can be given another one. What stays as it is comes first. */
export function KeyList({ children }: { children?: ReactNode }) {
  const { t } = useTranslation("keys");
  const [asked, setAsked] = useState<Asked | null>(null);
  const refusal = useRecorded(asked, () => setAsked(null));
  const changed = useMapping(({ own }) => Object.keys(own).length > 0);
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2, md: 3 }} spacing="xl">
        {Object.entries(KEY_GROUPS).map(([group, ids], index) => (
          <Stack key={group} gap="lg">
            {index === 0 && children}
            <section aria-label={t(`groups.${group as keyof typeof KEY_GROUPS}`)}>
              <Title order={3} size="sm" mb={4}>
                {t(`groups.${group as keyof typeof KEY_GROUPS}`)}
              </Title>
              {ids.map((id) => (
                <KeyRow key={id} id={id} asked={asked?.id === id ? asked.combo : null} onAsk={(combo) => setAsked({ id, combo })} />
              ))}
            </section>
          </Stack>
        ))}
      </SimpleGrid>
      <Group justify="space-between" className={classes.foot} wrap="nowrap">
        <Text size="sm" role="status" c={refusal ? "var(--fs-danger)" : "var(--fs-quiet)"}>
          {refusal ?? (asked ? t("pressFor", { action: t(`acts.${asked.id}`) }) : t("kept"))}
        </Text>
        <Button size="xs" variant="default" disabled={!changed} onClick={resetKeys} flex="none">
          {t("reset")}
        </Button>
      </Group>
    </>
  );
}
