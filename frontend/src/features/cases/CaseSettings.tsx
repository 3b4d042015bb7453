import { Stack, Switch } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useTranslation } from "react-i18next";
import { useChangeCase } from "@/api/cases";
import { sentence } from "@/api/errors";
import type { Case, CaseChange } from "@/api/types";
import { useMay } from "@/api/session";
import { ReaderSelect } from "./ReaderSelect";

/** Who reads a case, and whether blind first; each change is kept at once. */
export function CaseSettings({ case: one }: { case: Case }) {
  const { t } = useTranslation("cases");
  const change = useChangeCase();
  const manages = useMay("manage");
  const title = t("notChanged");
  const keep = (changed: CaseChange) =>
    change.mutate(
      { caseId: one.id, ...changed },
      { onError: (error) => notifications.show({ color: "red", title, message: sentence(error) }) },
    );
  return (
    <Stack gap="md">
      <ReaderSelect
        value={one.assigned_to?.id ?? null}
        disabled={change.isPending || !manages}
        onChange={(reader) => keep({ assigned_to_id: reader })}
      />
      <Switch
        label={t("blindFirst")}
        description={t("blindFirstHelp")}
        checked={one.blind_first}
        disabled={change.isPending || !manages}
        onChange={(event) => keep({ blind_first: event.currentTarget.checked })}
      />
    </Stack>
  );
}
