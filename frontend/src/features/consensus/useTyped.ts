import { useState, type ChangeEvent, type KeyboardEvent } from "react";

/** What is being typed, kept apart from what is known until the field is left or, in one line, Enter is pressed. */
export function useTyped(known: string, onDone: (text: string) => void, long = false) {
  const [draft, setDraft] = useState<string | null>(null);
  function finish() {
    if (draft !== null && draft.trim() !== known) onDone(draft);
    setDraft(null);
  }
  return {
    value: draft ?? known,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => setDraft(event.currentTarget.value),
    onBlur: finish,
    onKeyDown: (event: KeyboardEvent) => void (event.key === "Enter" && !long && finish()),
  };
}
