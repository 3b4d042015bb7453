import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Choice } from "@/ui/Choice";
import { CHISHOLM_MASON, fieldLabel, placeOf, type Answered } from "./fields";

/** The grade, which is the reader's: what follows from the score stands beside it and is never chosen for them. */
export function ChisholmMason({ suggested, fields, readOnly, onAnswer }: Answered & { suggested: number | null }) {
  const { t } = useTranslation("consensus");
  return (
    <Choice
      label={fieldLabel("chisholm_mason")}
      id={placeOf("chisholm_mason")}
      options={CHISHOLM_MASON.map((value) => ({ value, label: value }))}
      value={fields.chisholm_mason === null ? null : (String(fields.chisholm_mason) as "0")}
      readOnly={readOnly}
      aside={
        suggested !== null && !readOnly ? (
          <Text size="xs" c="var(--fs-quiet)">
            {t("suggested", { grade: suggested })}
          </Text>
        ) : undefined
      }
      onChange={(value) => onAnswer({ chisholm_mason: Number(value) })}
      onClear={() => onAnswer({ chisholm_mason: null })}
    />
  );
}
