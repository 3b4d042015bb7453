import chinese from "@/locales/sentences.zh.json";
import { language } from "./i18n";
import { slideName } from "./slideName";

interface Pattern {
  readonly matches: RegExp;
  readonly translated: string;
}

const known = new Map<string, string>(Object.entries({ ...chinese.sentences, ...chinese.fragments }));

/** Those that have numbers or names in them, the longest first: it says more of itself. */
const patterns: Pattern[] = [...known]
  .filter(([english]) => english.includes("{}"))
  .sort(([one], [other]) => other.length - one.length)
  .map(([english, translated]) => ({ matches: new RegExp(`^${english.split("{}").map(escaped).join("(.*?)")}$`, "s"), translated }));

/** A sentence of the server in the language on screen; one that is not known stays in English. */
export function inLanguage(sentence: string): string {
  return language() === "zh" ? translation(sentence) : sentence;
}

function translation(sentence: string): string {
  const whole = known.get(sentence);
  if (whole !== undefined) return whole;
  for (const { matches, translated } of patterns) {
    const parts = matches.exec(sentence);
    if (parts) return filled(translated, parts.slice(1).map(translation));
  }
  return slideName(sentence);
}

function filled(translated: string, parts: string[]): string {
  return translated.split("{}").map((text, index) => text + (parts[index] ?? "")).join("");
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
