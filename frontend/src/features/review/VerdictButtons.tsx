import { ActionIcon, Group } from "@mantine/core";
import { IconArrowBackUp, IconCheck, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Verdict } from "@/api/types";

interface VerdictButtonsProps {
  name: string;
  verdict: Verdict;
  onVerdict: (verdict: Verdict) => void;
}

/** Confirm or reject; a verdict can be taken back. */
export function VerdictButtons({ name, verdict, onVerdict }: VerdictButtonsProps) {
  const { t } = useTranslation("review");
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <VerdictButton label={t("confirm", { name })} hint="A" on={verdict === "confirmed"} colour="teal" onClick={() => onVerdict("confirmed")}>
        <IconCheck size={16} />
      </VerdictButton>
      <VerdictButton label={t("reject", { name })} hint="R" on={verdict === "rejected"} colour="gray" onClick={() => onVerdict("rejected")}>
        <IconX size={16} />
      </VerdictButton>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={26}
        aria-label={t("takeBack", { name })}
        title={t("withKey", { label: t("toUndecided"), key: "U" })}
        style={{ visibility: verdict === "undecided" ? "hidden" : undefined }}
        onClick={(event) => (event.stopPropagation(), onVerdict("undecided"))}
      >
        <IconArrowBackUp size={16} />
      </ActionIcon>
    </Group>
  );
}

interface VerdictButtonProps {
  label: string;
  hint: string;
  on: boolean;
  colour: string;
  onClick: () => void;
  children: ReactNode;
}

function VerdictButton({ label, hint, on, colour, onClick, children }: VerdictButtonProps) {
  const { t } = useTranslation("review");
  return (
    <ActionIcon
      variant={on ? "filled" : "default"}
      color={colour}
      size={26}
      aria-label={label}
      aria-pressed={on}
      title={t("withKey", { label, key: hint })}
      onClick={(event) => (event.stopPropagation(), onClick())}
    >
      {children}
    </ActionIcon>
  );
}
