import { Chip, Group, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { WorklistFilter } from "@/api/worklist";
import { SCORES, STANDINGS } from "./filter";

interface FiltersProps {
  filter: WorklistFilter;
  /** `typed`: one more letter of a search, which is no step to go back to. */
  onChange: (change: Partial<WorklistFilter>, typed?: boolean) => void;
}

/** Which slides the worklist shows. */
export function Filters({ filter, onChange }: FiltersProps) {
  const { t } = useTranslation("slides");
  return (
    <Group gap="sm" wrap="wrap">
      <Search search={filter.search} onSearch={(search) => onChange({ search }, true)} />
      <Select
        aria-label={t("status")}
        placeholder={t("anyStatus")}
        clearable
        clearButtonProps={{ "aria-label": t("clearStatus") }}
        w={160}
        maxDropdownHeight={320}
        data={STANDINGS.map((value) => ({ value, label: t(`statuses.${value}`) }))}
        value={filter.status}
        onChange={(status) => onChange({ status })}
      />
      <Select
        aria-label={t("focusScore")}
        placeholder={t("anyScore")}
        clearable
        clearButtonProps={{ "aria-label": t("clearScore") }}
        w={170}
        data={SCORES.map((value) => ({ value, label: t(`scores.${value}`) }))}
        value={filter.score}
        onChange={(score) => onChange({ score })}
      />
      <Chip size="sm" checked={filter.mine} onChange={(mine) => onChange({ mine })}>
        {t("assignedToMe")}
      </Chip>
      <Chip size="sm" checked={filter.warnings} onChange={(warnings) => onChange({ warnings })}>
        {t("withWarnings")}
      </Chip>
    </Group>
  );
}

/** The field of the search; what is typed is searched for a moment later, and what the address says is shown. */
function Search({ search, onSearch }: { search: string; onSearch: (search: string) => void }) {
  const { t } = useTranslation("slides");
  const [text, setText] = useState(search);
  const [known, setKnown] = useState({ search, sent: search });
  const settle = useDebouncedCallback((typed: string) => {
    setKnown((before) => ({ ...before, sent: typed }));
    onSearch(typed);
  }, 250);
  if (search !== known.search) {
    setKnown({ search, sent: search });
    if (search !== known.sent) setText(search); // the reader went back, and did not type it
  }
  return (
    <TextInput
      type="search"
      aria-label={t("searchByName")}
      aria-keyshortcuts="/"
      data-worklist-search
      placeholder={t("searchByName")}
      leftSection={<IconSearch size={16} />}
      w={260}
      value={text}
      onChange={(event) => (setText(event.currentTarget.value), settle(event.currentTarget.value.trim()))}
    />
  );
}
