import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconFileUpload, IconSearchOff } from "@tabler/icons-react";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import type { Slide } from "@/api/types";
import { PAGE_SIZE, useWorklist } from "@/api/worklist";
import { useMay } from "@/api/session";
import { AssignCases } from "@/features/cases/AssignCases";
import { PutIntoCase } from "@/features/cases/PutIntoCase";
import { Keys } from "@/features/keys/Keys";
import { WorklistKeys } from "@/features/keys/WorklistKeys";
import { BatchAnalyse } from "@/features/slides/BatchAnalyse";
import { isFiltered, sortedBy } from "@/features/slides/filter";
import { Filters } from "@/features/slides/Filters";
import { NOTHING, refreshed, toggled } from "@/features/slides/selection";
import { SelectionBar } from "@/features/slides/SelectionBar";
import { SlideTable } from "@/features/slides/SlideTable";
import { DropTarget } from "@/features/slides/upload/DropTarget";
import { UploadButton } from "@/features/slides/upload/UploadButton";
import { useWorklistKeys } from "@/features/slides/useWorklistKeys";
import { Empty } from "@/ui/Empty";
import { Problem } from "@/ui/Problem";
import { Entries } from "./worklist/Entries";
import { Pages } from "./worklist/Pages";
import { useFilter } from "./worklist/useFilter";
import classes from "./WorklistPage.module.css";

/** All cases and slides, where each stands, and what can be done next. */
export function WorklistPage() {
  const { t } = useTranslation("slides");
  const { filter, change } = useFilter();
  const [selection, setSelection] = useState(NOTHING);
  const worklist = useWorklist(filter);
  const { items, total = 0, slides: count = 0 } = worklist.data ?? {};
  const slides = items?.flatMap((entry) => entry.slides) ?? [];
  const chosen = refreshed(selection, slides);
  const clear = () => setSelection(NOTHING);
  const toggle = useCallback((some: readonly Slide[]) => setSelection((before) => toggled(before, some)), []);
  useDocumentTitle(t("worklistTitle"));
  useWorklistKeys();
  const [reads, arranges] = [useMay("read"), useMay("arrange")];

  return (
    <div className={classes.page}>
      <Group justify="space-between" mb="sm">
        <Group gap="sm" align="baseline">
          <Title order={1} size="h3">
            {t("worklist")}
          </Title>
          <Text size="sm" c="var(--fs-quiet)" className="numeric">
            {count > 0 && t("count", { count })}
          </Text>
        </Group>
        <Group gap="xs">
          <Keys>
            <WorklistKeys />
          </Keys>
          <UploadButton />
        </Group>
      </Group>
      <Group mb="md" justify="space-between">
        <Filters filter={filter} onChange={change} />
        <Text size="xs" c="var(--fs-quiet)" className={classes.keys}>
          {t("keys")}
        </Text>
      </Group>
      {worklist.error && !items ? (
        <Problem title={t("worklistNotLoaded")} sentence={sentence(worklist.error)} onRetry={worklist.refetch} />
      ) : (
        <Paper withBorder radius="md" className={classes.card}>
          {items?.length === 0 ? (
            <Nothing filtered={isFiltered(filter) || filter.page > 1} onShowAll={() => change(EVERYTHING)} />
          ) : (
            <SlideTable
              slides={slides}
              selection={selection}
              onToggle={toggle}
              sorting={{ ...filter, onSort: (sort) => change(sortedBy(filter, sort)) }}
            >
              {items && <Entries entries={items} selection={selection} onToggle={toggle} />}
            </SlideTable>
          )}
        </Paper>
      )}
      {total > PAGE_SIZE && (
        <Pages page={filter.page} total={Math.ceil(total / PAGE_SIZE)} onPage={(page) => change({ page })} />
      )}
      {chosen.length > 0 && reads && (
        <SelectionBar count={chosen.length} onClear={clear}>
          <BatchAnalyse slides={chosen} onDone={clear} />
          <PutIntoCase slides={chosen} onDone={clear} />
          <AssignCases slides={chosen} onDone={clear} />
        </SelectionBar>
      )}
      {arranges && <DropTarget />}
    </div>
  );
}

const EVERYTHING = { search: "", status: null, score: null, mine: false, warnings: false };

function Nothing({ filtered, onShowAll }: { filtered: boolean; onShowAll: () => void }) {
  const { t } = useTranslation("slides");
  if (filtered)
    return (
      <Stack align="center" pb="xl" gap={0}>
        <Empty icon={<IconSearchOff size={36} stroke={1.5} />} title={t("noneFits")} />
        <Button variant="default" onClick={onShowAll}>
          {t("showEverything")}
        </Button>
      </Stack>
    );
  return (
    <Empty icon={<IconFileUpload size={36} stroke={1.5} />} title={t("noneYet")}>
      {t("howToBegin")}
    </Empty>
  );
}
