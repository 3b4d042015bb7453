import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { LANGUAGES, language, speak, type Language } from "@/lib/i18n";

const CHOICES = Object.entries(LANGUAGES).map(([value, name]) => ({ value, label: <span lang={value}>{name}</span> }));

/** Choose the language; each is named in itself. */
export function LanguageSwitch() {
  const { t } = useTranslation("account");
  return (
    <SegmentedControl
      size="xs"
      fullWidth
      aria-label={t("language")}
      data={CHOICES}
      value={language()}
      onChange={(chosen) => speak(chosen as Language)}
    />
  );
}
