import { TextInput } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

interface CodeFieldProps {
  description: string;
  value: string;
  onChange: (code: string) => void;
}

/** Where a code of an authenticator app is typed; it appears when that is what is to be done next. */
export function CodeField({ description, value, onChange }: CodeFieldProps) {
  const { t } = useTranslation("account");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <TextInput
      label={t("code")}
      description={description}
      autoComplete="one-time-code"
      required
      withAsterisk={false}
      maxLength={40}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      ref={field}
    />
  );
}
