import { create } from "zustand";
import { persist } from "zustand/middleware";
import { written } from "./combo";
import { DEFAULT_KEYS, type KeyId, type KeyTable } from "./table";

interface Mapping {
  /** What the reader has chosen instead of the defaults, kept in this browser. */
  readonly own: Partial<KeyTable>;
}

export const useMapping = create<Mapping>()(
  persist((): Mapping => ({ own: {} }), {
    name: "focusscope-keys",
    merge: (kept, now) => ({ ...now, own: known((kept as Partial<Mapping> | undefined)?.own) }),
  }),
);

/** The keys as they are now. */
export function keysOf({ own }: Mapping): KeyTable {
  return { ...DEFAULT_KEYS, ...own };
}

/** What a key does now, other than `but`; null where it is free. */
export function usedBy(combo: string, but?: KeyId): KeyId | null {
  const keys = Object.entries(keysOf(useMapping.getState())) as [KeyId, readonly string[]][];
  return keys.find(([id, combos]) => id !== but && combos.includes(combo))?.[0] ?? null;
}

/** Give an action another key instead of one that it has, the first unless told; it keeps the others. */
export function remap(id: KeyId, combo: string, instead?: string): void {
  useMapping.setState((mapping) => ({ own: { ...mapping.own, [id]: exchanged(keysOf(mapping)[id], combo, instead) } }));
}

function exchanged([...combos]: readonly string[], combo: string, instead = combos[0]): string[] {
  return [...new Set(combos.map((one) => (one === instead ? combo : one)))];
}

export function resetKeys(): void {
  useMapping.setState({ own: {} });
}

/** The first key of an action, as one reads it. */
export function useKeyHint(id: KeyId): string {
  return useMapping((mapping) => written(keysOf(mapping)[id][0] ?? ""));
}

/** Of what the browser kept, what still means something. */
function known(own: unknown): Partial<KeyTable> {
  const entries = Object.entries((own ?? {}) as Record<string, unknown>);
  const sound = ([id, keys]: [string, unknown]) => id in DEFAULT_KEYS && Array.isArray(keys) && keys.every((key) => typeof key === "string");
  return Object.fromEntries(entries.filter(sound)) as Partial<KeyTable>;
}
