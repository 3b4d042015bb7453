import { Textarea, TextInput } from "@mantine/core";
import { fieldLabel, placeOf, type Answered } from "./fields";
import { useTyped } from "./useTyped";

interface TextFieldProps extends Answered {
  name: "specimen" | "tarpley" | "comment";
  long?: boolean;
}

/** Free text, which is sent once the field is left. */
export function TextField({ name, long, fields, readOnly, onAnswer }: TextFieldProps) {
  const typed = useTyped(fields[name] ?? "", (text) => onAnswer({ [name]: text.trim() || null }), long);
  const given = { size: "xs", id: placeOf(name), label: fieldLabel(name), readOnly, maxLength: long ? 4000 : 200, ...typed };
  return long ? <Textarea autosize minRows={2} {...given} /> : <TextInput {...given} />;
}
