import { Kbd, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { written } from "@/lib/keys/combo";
import { keysOf, useMapping } from "@/lib/keys/mapping";
import type { KeyId } from "@/lib/keys/table";
import classes from "./Keys.module.css";

interface KeyRowProps {
  id: KeyId;
  /** Which of its keys the next one pressed is to replace. */
  asked: string | null;
  onAsk: (combo: string) => void;
}

/** What a key does, and the key or keys: pressing one asks for another. */
export function KeyRow({ id, asked, onAsk }: KeyRowProps) {
  const { t } = useTranslation("keys");
  const own = useMapping((mapping) => mapping.own[id] !== undefined);
  const combos = useMapping((mapping) => keysOf(mapping)[id]);
  const action = t(`acts.${id}`);
  return (
    <div className={classes.row} data-own={own || undefined}>
      <span>{action}</span>
      <div className={classes.keys}>
        {combos.map((combo, index) => {
          const label = index === 0 ? t("change", { action }) : t("changeOther", { action, key: written(combo) });
          const shown = asked === combo ? t("press") : written(combo);
          const name = `${label} ${shown}`; // ends with what is seen, for those who speak to the page
          return (
            <UnstyledButton key={combo} className={classes.key} aria-label={name} title={label} aria-pressed={asked === combo} onClick={() => onAsk(combo)}>
              {asked === combo ? shown : <Kbd size="xs">{shown}</Kbd>}
            </UnstyledButton>
          );
        })}
      </div>
    </div>
  );
}
