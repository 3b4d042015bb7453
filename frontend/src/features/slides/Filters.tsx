import { Group, Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import type { SlideStatus } from "@/api/types";

const STATUSES: { value: SlideStatus; label: string }[] = [
  { value: "ready", label: "Ready" },
  { value: "inspecting", label: "Inspecting" },
  { value: "rejected", label: "Rejected" },
];

interface FiltersProps {
  search: string;
  status: SlideStatus | null;
  onSearch: (search: string) => void;
  onStatus: (status: SlideStatus | null) => void;
}

/** Which slides the worklist shows. */
export function Filters({ search, status, onSearch, onStatus }: FiltersProps) {
  return (
    <Group gap="sm">
      <TextInput
        type="search"
        aria-label="Search by name"
        placeholder="Search by name"
        leftSection={<IconSearch size={16} />}
        w={240}
        value={search}
        onChange={(event) => onSearch(event.currentTarget.value)}
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        clearable
        w={150}
        data={STATUSES}
        value={status}
        onChange={onStatus}
      />
    </Group>
  );
}
