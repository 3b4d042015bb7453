import { Button, Checkbox, NumberInput, Stack, Text } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useRecordRead, type OwnRead } from "@/api/blind";
import { sentence } from "@/api/errors";
import type { Analysis } from "@/api/types";
import { Choice } from "@/ui/Choice";
import { Notice } from "@/ui/Notice";
import { readOf } from "./readOf";

const PATTERNS = ["fls", "nscs", "sclerosing", "normal", "other"] as const;

/** What the reader sees alone, before the proposals can sway them. */
export function BlindForm({ analysis }: { analysis: Analysis }) {
  const { t } = useTranslation(["blind", "consensus"]);
  const record = useRecordRead(analysis);
  const [pattern, setPattern] = useState<OwnRead["pattern"] | null>(null);
  const [score, setScore] = useState<number | string>("");
  const [cannotSay, setCannotSay] = useState(false);
  const read = readOf(pattern, score, cannotSay);
  function submit(event: FormEvent) {
    event.preventDefault();
    if (read) record.mutate(read);
  }
  return (
    <form onSubmit={submit} aria-label={t("title")}>
      <Stack p="md" gap="md">
        <Notice tone="info" title={t("title")}>
          {t("why")}
        </Notice>
        <Choice
          label={t("consensus:fields.pattern")}
          required
          stacked
          options={PATTERNS.map((value) => ({ value, label: t(`consensus:patterns.${value}`) }))}
          value={pattern}
          onChange={setPattern}
        />
        <div>
          <NumberInput
            label={t("estimate")}
            description={t("perArea")}
            min={0}
            max={100}
            step={0.5}
            decimalScale={2}
            hideControls
            disabled={cannotSay}
            value={score}
            onChange={setScore}
          />
          <Checkbox mt="xs" label={t("cannotSay")} checked={cannotSay} onChange={(event) => setCannotSay(event.currentTarget.checked)} />
        </div>
        {record.error && (
          <Text size="sm" c="var(--fs-danger)" role="alert">
            {sentence(record.error)}
          </Text>
        )}
        <Button type="submit" loading={record.isPending} disabled={!read}>
          {t("show")}
        </Button>
        <Text size="xs" c="var(--fs-quiet)">
          {t("once")}
        </Text>
      </Stack>
    </form>
  );
}
