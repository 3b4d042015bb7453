/** What a key event has of a key and of those held with it. */
export type Pressed = Pick<KeyboardEvent, "key" | "code" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">;

const HELD_ALONE = ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Dead", "Process", "Unidentified"];

/**
 * Write a key press as one word: `A`, `shift+A`, `mod+Z`, `ArrowLeft`, `?`. Null for a key that means nothing alone.
 *
 * Shift is written with letters and named keys only: with the others it is part of the character.
 */
export function comboOf(event: Pressed): string | null {
  if (HELD_ALONE.includes(event.key)) return null;
  const key = nameOf(event);
  const shifts = event.shiftKey && (key.length > 1 || isLetter(key));
  return [(event.ctrlKey || event.metaKey) && "mod", event.altKey && "alt", shifts && "shift", key].filter(Boolean).join("+");
}

/** The key as one reads it beside a button. */
export function written(combo: string): string {
  const signs = { mod: "Ctrl ", alt: "Alt ", shift: "⇧ ", "-": "−", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };
  const parts = combo === "+" || combo.endsWith("++") ? [...combo.slice(0, -2).split("+"), "+"] : combo.split("+");
  return parts.map((part) => (part in signs ? signs[part as keyof typeof signs] : part)).join("");
}

/** On a keyboard of another script, the letter that is printed on the same key of a Latin one. */
function nameOf({ key, code }: Pressed): string {
  if (key === " ") return "Space";
  if (key.length > 1) return key;
  const latin = key.charCodeAt(0) > 127 && /^Key([A-Z])$/.exec(code)?.[1];
  return latin || key.toUpperCase();
}

const isLetter = (key: string) => key.toLowerCase() !== key.toUpperCase();
