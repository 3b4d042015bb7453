import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { comboOf, written } from "@/lib/keys/combo";
import { remap, usedBy } from "@/lib/keys/mapping";
import type { KeyId } from "@/lib/keys/table";

/** The key of an action that is to be another one. */
export interface Asked {
  readonly id: KeyId;
  readonly combo: string;
}

/** Take the next key pressed instead of one; returns why the last one was not taken. Escape takes none. */
export function useRecorded(asked: Asked | null, onDone: () => void): string | null {
  const { t } = useTranslation("keys");
  const [refused, setRefused] = useState<{ asked: Asked; why: string } | null>(null);
  useEffect(() => {
    if (!asked) return;
    const record = (event: KeyboardEvent) => {
      const combo = comboOf(event);
      if (!combo) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const user = usedBy(combo, asked.id);
      if (combo === "Escape") onDone();
      else if (event.key === "Tab") setRefused({ asked, why: t("unusable", { key: written(combo) }) });
      else if (user) setRefused({ asked, why: t("used", { key: written(combo), action: t(`acts.${user}`) }) });
      else {
        remap(asked.id, combo, asked.combo);
        onDone();
      }
    };
    window.addEventListener("keydown", record, true); // before the dialog, which Escape closes
    return () => window.removeEventListener("keydown", record, true);
  }, [asked, onDone, t]);
  return refused && refused.asked === asked ? refused.why : null;
}
