import { Anchor, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ConsensusFields, Missing } from "@/api/types";
import classes from "./Signing.module.css";

interface MissingLinksProps {
  missing: readonly Missing[];
  onJump: (missing: Missing) => void;
}

/** What is still to be answered, each a way there. */
export function MissingLinks({ missing, onJump }: MissingLinksProps) {
  const { t } = useTranslation(["signing", "consensus"]);
  const kinds = (["undecided", "counting", "field"] as const).map((kind) => ({
    kind,
    some: missing.filter((one) => one.kind === kind),
  }));
  return (
    <div>
      {kinds.map(
        ({ kind, some }) =>
          some.length > 0 && (
            <div key={kind} className={classes.lacking}>
              <Text size="sm" component="span">
                {t(`missing.${kind}`, { count: some.length })}
              </Text>
              {some.map((one) => (
                <Anchor key={one.field ?? one.lesion} component="button" type="button" size="sm" onClick={() => onJump(one)}>
                  {one.field === null ? t("lesion", { number: one.lesion ?? "" }) : t(`consensus:fields.${one.field as keyof ConsensusFields}`)}
                </Anchor>
              ))}
            </div>
          ),
      )}
    </div>
  );
}
