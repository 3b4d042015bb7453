import { createContext, useContext, useState, type ReactNode } from "react";
import { useStore } from "zustand";
import { createViewerStore, type ViewerState, type ViewerStore } from "./store";

const ViewerContext = createContext<ViewerStore | null>(null);

/** Gives one viewer, and the panels that speak with it, a store of their own. */
export function ViewerProvider({ store, children }: { store?: ViewerStore; children: ReactNode }) {
  const [own] = useState(createViewerStore);
  return <ViewerContext value={store ?? own}>{children}</ViewerContext>;
}

/** The store of the viewer that one belongs to. */
export function useViewerStore(): ViewerStore {
  const store = useContext(ViewerContext);
  if (!store) throw new Error("A viewer and its panels stand inside a ViewerProvider.");
  return store;
}

/** One thing from the store of the viewer that one belongs to. */
export function useViewer<Part>(part: (state: ViewerState) => Part): Part {
  return useStore(useViewerStore(), part);
}
