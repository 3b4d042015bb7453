import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useChangeCase } from "@/api/cases";
import { sentence } from "@/api/errors";
import type { Slide } from "@/api/types";
import { useMay } from "@/api/session";
import { ReaderSelect } from "./ReaderSelect";

interface AssignCasesProps {
  slides: readonly Slide[];
  onDone: () => void;
}

/** Assign the cases of chosen slides to a reader. */
export function AssignCases({ slides, onDone }: AssignCasesProps) {
  const { t } = useTranslation("cases");
  const [opened, { open, close }] = useDisclosure();
  const [reader, setReader] = useState<string | null>(null);
  const change = useChangeCase();
  const may = useMay("manage");
  const caseIds = [...new Set(slides.flatMap((one) => (one.case ? [one.case.id] : [])))];
  const lone = slides.filter((one) => !one.case).length;

  async function assign() {
    for (const caseId of caseIds) await change.mutateAsync({ caseId, assigned_to_id: reader });
    close();
    onDone();
  }

  if (!may) return null;
  return (
    <>
      <Button variant="default" onClick={open}>
        {t("assign")}
      </Button>
      <Modal opened={opened} onClose={close} title={t("assignTitle")}>
        <Stack gap="md">
          <ReaderSelect value={reader} onChange={setReader} />
          <Text size="sm" c="var(--fs-quiet)">
            {t("assignSentence", { count: caseIds.length })} {lone > 0 && t("loneSlides", { count: lone })}
          </Text>
          {change.error && (
            <Text size="sm" c="var(--fs-danger)" role="alert">
              {sentence(change.error)}
            </Text>
          )}
          <Group justify="flex-end">
            <Button
              disabled={caseIds.length === 0}
              loading={change.isPending}
              onClick={() => void assign().catch(() => undefined)}
            >
              {t("assignAction")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
