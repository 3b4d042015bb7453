import { Button, Group, Modal } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useChangeCase, useDeleteCase } from "@/api/cases";
import { sentence } from "@/api/errors";
import type { Case } from "@/api/types";
import { useMay } from "@/api/session";
import { Confirm } from "@/ui/Confirm";
import { CaseNameForm } from "./CaseNameForm";

/** What can be done to a case itself: rename it, and delete it once it is empty. */
export function CaseMenu({ case: one, onDeleted }: { case: Case; onDeleted: () => void }) {
  const { t } = useTranslation("cases");
  const [renaming, rename] = useDisclosure();
  const [deleting, remove] = useDisclosure();
  const change = useChangeCase();
  const gone = useDeleteCase(one.id);
  const may = useMay("manage");
  if (!may) return null;
  return (
    <Group gap="xs">
      <Button variant="default" onClick={rename.open}>
        {t("rename")}
      </Button>
      {one.slide_count === 0 && (
        <Button variant="default" c="var(--fs-danger)" onClick={remove.open}>
          {t("delete")}
        </Button>
      )}
      <Modal opened={renaming} onClose={rename.close} title={t("renameCase")}>
        <CaseNameForm
          pseudonym={one.pseudonym}
          action={t("rename")}
          busy={change.isPending}
          problem={change.error ? sentence(change.error) : undefined}
          onName={(pseudonym) => change.mutate({ caseId: one.id, pseudonym }, { onSuccess: rename.close })}
        />
      </Modal>
      <Confirm
        opened={deleting}
        title={t("deleteCase")}
        sentence={t("deleteSentence", { pseudonym: one.pseudonym })}
        action={t("delete")}
        busy={gone.isPending}
        problem={gone.error ? sentence(gone.error) : undefined}
        onConfirm={() => gone.mutate(undefined, { onSuccess: onDeleted })}
        onClose={remove.close}
      />
    </Group>
  );
}
