import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useReaders } from "@/api/cases";
import type { Session } from "@/api/types";

interface ReaderChoiceProps {
  user: Session["user"];
  /** Whose numbers are shown; null for one's own. */
  value: string | null;
  onChange: (readerId: string | null) => void;
}

/** Let a lead choose a reader of the site; others see their own numbers only. */
export function ReaderChoice({ user, value, onChange }: ReaderChoiceProps) {
  const { t } = useTranslation("agreement");
  const readers = useReaders().data ?? [];
  const others = readers.filter((one) => one.site === user.site && one.id !== user.id);
  const own = { value: user.id, label: t("yourself", { name: user.display_name }) };
  return (
    <Select
      label={t("reader")}
      w={280}
      mb="md"
      searchable
      allowDeselect={false}
      data={[own, ...others.map(({ id, name }) => ({ value: id, label: name }))]}
      value={value ?? user.id}
      onChange={(chosen) => onChange(chosen === user.id ? null : chosen)}
    />
  );
}
