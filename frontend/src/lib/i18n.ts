import { createInstance } from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "@/locales/en";
import { zh } from "@/locales/zh";

/** The languages that FocusScope speaks, each named in itself. */
export const LANGUAGES = { en: "English", zh: "简体中文" } as const;

export type Language = keyof typeof LANGUAGES;

const REMEMBERED_AS = "focusscope-language";

export const i18n = createInstance();

void i18n.use(initReactI18next).init({
  resources: { en, zh },
  lng: firstLanguage(),
  fallbackLng: "en",
  defaultNS: "common",
  initAsync: false,
  interpolation: { escapeValue: false }, // React escapes
});
document.documentElement.lang = language();

/** The language on screen. */
export function language(): Language {
  return i18n.language === "zh" ? "zh" : "en";
}

/** How dates and numbers are written in the language on screen. */
export function locale(): string {
  return language() === "zh" ? "zh-CN" : "en-GB";
}

/** Speak another language from now on, and after a reload. */
export function speak(chosen: Language): void {
  localStorage.setItem(REMEMBERED_AS, chosen);
  document.documentElement.lang = chosen;
  void i18n.changeLanguage(chosen);
}

/** The language chosen before, else the browser's where it is one of ours. */
export function firstLanguage(): Language {
  const remembered = localStorage.getItem(REMEMBERED_AS);
  if (remembered !== null && remembered in LANGUAGES) return remembered as Language;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}
