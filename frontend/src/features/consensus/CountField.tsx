import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { countTyped, fieldLabel, placeOf, type Answered } from "./fields";
import { useTyped } from "./useTyped";

/** A number of things, which is sent once the field is left. */
export function CountField({ name, fields, readOnly, onAnswer }: Answered & { name: "sections" | "levels" | "glands" }) {
  const { t } = useTranslation("consensus");
  const [wrong, setWrong] = useState(false);
  const typed = useTyped(fields[name] === null ? "" : String(fields[name]), (text) => {
    const count = countTyped(text);
    setWrong(count === undefined);
    if (count !== undefined) onAnswer({ [name]: count });
  });
  return (
    <TextInput
      size="xs"
      id={placeOf(name)}
      label={fieldLabel(name)}
      inputMode="numeric"
      readOnly={readOnly}
      error={wrong && t("wholeNumber")}
      {...typed}
    />
  );
}
