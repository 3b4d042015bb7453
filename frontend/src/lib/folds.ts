import { create } from "zustand";
import { persist } from "zustand/middleware";

/** What can be folded away; everything is folded until the reader opens it. */
export type FoldName = "arithmetic" | "warnings";

const useOpen = create<Partial<Record<FoldName, boolean>>>()(persist(() => ({}), { name: "focusscope-folds" }));

/** Whether something is unfolded, and the change of that; kept in this browser. */
export function useFold(name: FoldName): [boolean, () => void] {
  const open = useOpen((folds) => folds[name] ?? false);
  return [open, () => useOpen.setState({ [name]: !open })];
}
