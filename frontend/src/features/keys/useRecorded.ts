import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { comboOf, written } from "@/lib/keys/combo";
import { remap, usedBy } from "@/lib/keys/mapping";
import type { KeyId } from "@/lib/keys/table";

/** Take the next key pressed for an action; returns why the last one was not taken. Escape takes none. */
export function useRecorded(id: KeyId | null, onDone: () => void): string | null {
  const { t } = useTranslation("keys");
  const [refused, setRefused] = useState<{ id: KeyId; why: string } | null>(null);
  useEffect(() => {
    if (!id) return;
    const record = (event: KeyboardEvent) => {
      const combo = comboOf(event);
      if (!combo) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const user = usedBy(combo, id);
      if (combo === "Escape") onDone();
      else if (event.key === "Tab") setRefused({ id, why: t("unusable", { key: written(combo) }) });
      else if (user) setRefused({ id, why: t("used", { key: written(combo), action: t(`acts.${user}`) }) });
      else {
        remap(id, combo);
        onDone();
      }
    };
    window.addEventListener("keydown", record, true); // before the dialog, which Escape closes
    return () => window.removeEventListener("keydown", record, true);
  }, [id, onDone, t]);
  return refused && refused.id === id ? refused.why : null;
}
