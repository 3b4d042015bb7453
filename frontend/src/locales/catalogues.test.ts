import { expect, it } from "vitest";
import { en } from "./en";
import { zh } from "./zh";

type Catalogue = { readonly [key: string]: string | Catalogue };

const isVariable = /{{(\w+)}}/g;
const english = sentencesOf(en);
const chinese = sentencesOf(zh);

/** Every sentence of a catalogue by its key, plural forms of one key together. */
function sentencesOf(catalogue: Catalogue, prefix = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(catalogue)) {
    const path = prefix + key.replace(/_(one|other)$/, "");
    if (typeof value === "string") found.set(path, value);
    else sentencesOf(value, `${path}.`).forEach((sentence, inner) => found.set(inner, sentence));
  }
  return found;
}

function variablesOf(sentence: string): string[] {
  return [...new Set([...sentence.matchAll(isVariable)].map(([, name]) => name!))].sort();
}

it("says everything in both languages", () => {
  expect(english.size).toBeGreaterThan(100);
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
});

it("tells readers of both languages the same names and numbers", () => {
  const told = (sentences: Map<string, string>) =>
    Object.fromEntries([...sentences].map(([key, sentence]) => [key, variablesOf(sentence)]));
  expect(told(chinese)).toEqual(told(english));
});

it("leaves nothing empty, and no English words in a Chinese sentence but names", () => {
  for (const [key, sentence] of [...english, ...chinese]) expect(sentence.trim(), key).not.toBe("");
  for (const [key, sentence] of chinese) expect(sentence, key).not.toMatch(/[a-z]{3,} [a-z]{2,}/i);
});
