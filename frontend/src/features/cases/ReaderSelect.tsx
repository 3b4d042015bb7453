import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useReaders } from "@/api/cases";

interface ReaderSelectProps {
  value: string | null;
  disabled?: boolean;
  onChange: (readerId: string | null) => void;
}

/** Choose who reads a case, or nobody. */
export function ReaderSelect({ value, disabled, onChange }: ReaderSelectProps) {
  const { t } = useTranslation("cases");
  const readers = useReaders();
  return (
    <Select
      label={t("reader")}
      placeholder={t("nobody")}
      clearable
      clearButtonProps={{ "aria-label": t("nobody") }}
      searchable
      disabled={disabled}
      data={readers.data?.map((one) => ({ value: one.id, label: one.name })) ?? []}
      value={value}
      onChange={onChange}
    />
  );
}
