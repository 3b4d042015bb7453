import { Kbd, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { written } from "@/lib/keys/combo";
import { keysOf, useMapping } from "@/lib/keys/mapping";
import type { KeyId } from "@/lib/keys/table";
import classes from "./Keys.module.css";

interface KeyRowProps {
  id: KeyId;
  /** Whether the next key pressed is to be its. */
  asked: boolean;
  onAsk: () => void;
}

/** What a key does, and the key: pressing it asks for another. */
export function KeyRow({ id, asked, onAsk }: KeyRowProps) {
  const { t } = useTranslation("keys");
  const own = useMapping((mapping) => mapping.own[id] !== undefined);
  const combos = useMapping((mapping) => keysOf(mapping)[id]);
  const action = t(`acts.${id}`);
  return (
    <div className={classes.row} data-own={own || undefined}>
      <span>{action}</span>
      <UnstyledButton className={classes.keys} aria-label={t("change", { action })} aria-pressed={asked} title={t("change", { action })} onClick={onAsk}>
        {asked ? t("press") : combos.map((combo) => (
          <Kbd key={combo} size="xs">
            {written(combo)}
          </Kbd>
        ))}
      </UnstyledButton>
    </div>
  );
}
