import { Group, Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { SlideStatus } from "@/api/types";

const STATUSES: readonly SlideStatus[] = ["ready", "inspecting", "rejected"];

interface FiltersProps {
  search: string;
  status: SlideStatus | null;
  onSearch: (search: string) => void;
  onStatus: (status: SlideStatus | null) => void;
}

/** Which slides the worklist shows. */
export function Filters({ search, status, onSearch, onStatus }: FiltersProps) {
  const { t } = useTranslation("slides");
  return (
    <Group gap="sm">
      <TextInput
        type="search"
        aria-label={t("searchByName")}
        placeholder={t("searchByName")}
        leftSection={<IconSearch size={16} />}
        w={240}
        value={search}
        onChange={(event) => onSearch(event.currentTarget.value)}
      />
      <Select
        aria-label={t("status")}
        placeholder={t("anyStatus")}
        clearable
        clearButtonProps={{ "aria-label": t("clearStatus") }}
        w={150}
        data={STATUSES.map((value) => ({ value, label: t(`statuses.${value}`) }))}
        value={status}
        onChange={onStatus}
      />
    </Group>
  );
}
