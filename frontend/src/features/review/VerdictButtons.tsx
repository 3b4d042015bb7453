import { ActionIcon, Group } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isAccepted } from "@/api/review/applied";
import type { Lesion } from "@/api/types";
import { useKeyHint } from "@/lib/keys/mapping";
import type { KeyId } from "@/lib/keys/table";
import { nameOf } from "./verdicts";

interface VerdictButtonsProps {
  lesion: Lesion;
  disabled: boolean;
  onVerdict: (verdict: "confirmed" | "rejected" | "undecided") => void;
}

/** Confirm or reject; pressing what stands already takes it back. */
export function VerdictButtons({ lesion, disabled, onVerdict }: VerdictButtonsProps) {
  const { t } = useTranslation("review");
  const name = nameOf(lesion);
  const accepted = isAccepted(lesion);
  const rejected = lesion.verdict === "rejected";
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <VerdictButton label={t("confirm", { name })} keyId="accept" on={accepted} colour="teal" disabled={disabled} onClick={() => onVerdict(accepted ? "undecided" : "confirmed")}>
        <IconCheck size={16} />
      </VerdictButton>
      <VerdictButton label={t("reject", { name })} keyId="reject" on={rejected} colour="gray" disabled={disabled} onClick={() => onVerdict(rejected ? "undecided" : "rejected")}>
        <IconX size={16} />
      </VerdictButton>
    </Group>
  );
}

interface VerdictButtonProps {
  label: string;
  keyId: KeyId;
  on: boolean;
  colour: string;
  disabled: boolean;
  onClick: () => void;
  children: ReactNode;
}

function VerdictButton({ label, keyId, on, colour, disabled, onClick, children }: VerdictButtonProps) {
  const { t } = useTranslation("common");
  const key = useKeyHint(keyId);
  return (
    <ActionIcon
      variant={on ? "filled" : "default"}
      color={colour}
      size={26}
      aria-label={label}
      aria-pressed={on}
      disabled={disabled}
      title={t("withKey", { label, key })}
      onClick={(event) => (event.stopPropagation(), onClick())}
    >
      {children}
    </ActionIcon>
  );
}
