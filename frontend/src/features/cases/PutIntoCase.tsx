import { Button, Group, Modal, SegmentedControl, Select, Stack } from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAddSlides, useCases, useCreateCase } from "@/api/cases";
import { sentence } from "@/api/errors";
import type { Slide } from "@/api/types";
import { CaseNameForm } from "./CaseNameForm";

interface PutIntoCaseProps {
  slides: readonly Slide[];
  onDone: () => void;
}

/** Put chosen slides into a new case, or into one that is there. */
export function PutIntoCase({ slides, onDone }: PutIntoCaseProps) {
  const { t } = useTranslation("cases");
  const [opened, { open, close }] = useDisclosure();
  const [kind, setKind] = useState("new");
  const done = () => (close(), onDone());
  return (
    <>
      <Button variant="default" onClick={open}>
        {t("putInto")}
      </Button>
      <Modal opened={opened} onClose={close} title={t("putIntoTitle")}>
        <Stack gap="md">
          <SegmentedControl
            fullWidth
            value={kind}
            onChange={setKind}
            data={[
              { value: "new", label: t("newCase") },
              { value: "existing", label: t("existingCase") },
            ]}
          />
          {kind === "new" ? <IntoNew slides={slides} onDone={done} /> : <IntoExisting slides={slides} onDone={done} />}
        </Stack>
      </Modal>
    </>
  );
}

function IntoNew({ slides, onDone }: PutIntoCaseProps) {
  const { t } = useTranslation("cases");
  const create = useCreateCase();
  return (
    <CaseNameForm
      action={t("create")}
      busy={create.isPending}
      problem={create.error ? sentence(create.error) : undefined}
      onName={(pseudonym) => create.mutate({ pseudonym, slide_ids: slides.map((one) => one.id) }, { onSuccess: onDone })}
    />
  );
}

function IntoExisting({ slides, onDone }: PutIntoCaseProps) {
  const { t } = useTranslation("cases");
  const [search, setSearch] = useState("");
  const [settled] = useDebouncedValue(search, 200);
  const [caseId, setCaseId] = useState<string | null>(null);
  const cases = useCases(settled);
  const add = useAddSlides();
  const slideIds = slides.map((one) => one.id);
  return (
    <>
      <Select
        label={t("case")}
        placeholder={t("chooseOne")}
        searchable
        nothingFoundMessage={t("nothingFound")}
        data={cases.data?.map((one) => ({ value: one.id, label: one.pseudonym })) ?? []}
        searchValue={search}
        onSearchChange={setSearch}
        value={caseId}
        onChange={setCaseId}
        error={add.error ? sentence(add.error) : undefined}
      />
      <Group justify="flex-end">
        <Button
          disabled={!caseId}
          loading={add.isPending}
          onClick={() => caseId && add.mutate({ caseId, slideIds }, { onSuccess: onDone })}
        >
          {t("put")}
        </Button>
      </Group>
    </>
  );
}
