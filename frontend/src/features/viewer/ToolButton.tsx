import { ActionIcon, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useKeyHint } from "@/lib/keys/mapping";
import type { KeyId } from "@/lib/keys/table";

interface ToolButtonProps {
  label: string;
  keyId?: KeyId;
  icon: ReactNode;
  on?: boolean;
  /** Why it cannot be used now; takes the place of the key in the hint. */
  unusable?: string | undefined;
  disabled?: boolean;
  size?: number;
  /** Whether the hint may leave the viewer: inside it, it must not, or full screen hides it. */
  portal?: boolean;
  onClick: () => void;
}

/** A button with a picture: what it does and its key show on hovering. */
export function ToolButton({ label, keyId, icon, on, unusable, disabled, size = 26, portal = false, onClick }: ToolButtonProps) {
  const { t } = useTranslation("common");
  const hint = useKeyHint(keyId ?? "help");
  const key = keyId && hint;
  return (
    <Tooltip label={unusable ?? (key ? t("withKey", { label, key }) : label)} withinPortal={portal} multiline maw={260}>
      <ActionIcon
        variant={on ? "light" : "default"}
        size={size}
        aria-label={label}
        aria-pressed={on}
        aria-keyshortcuts={key}
        aria-description={unusable}
        data-disabled={unusable || disabled ? true : undefined}
        aria-disabled={unusable || disabled ? true : undefined}
        onClick={() => !unusable && !disabled && onClick()}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
