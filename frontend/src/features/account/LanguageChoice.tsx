import { Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { LANGUAGES, language, speak, type Language } from "@/lib/i18n";

/** The languages, each named in itself: a part of the account menu. */
export function LanguageChoice() {
  const { t } = useTranslation("account");
  return (
    <div role="group" aria-label={t("language")}>
      <Menu.Label>{t("language")}</Menu.Label>
      <Menu.RadioGroup value={language()} onChange={(chosen) => speak(chosen as Language)}>
        {Object.entries(LANGUAGES).map(([value, name]) => (
          <Menu.RadioItem key={value} value={value} lang={value}>
            {name}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </div>
  );
}
