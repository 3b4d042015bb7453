import { useEffect } from "react";

/** Let the browser ask before the page is left, while something would be lost. */
export function useWarningBeforeLeaving(atStake: boolean): void {
  useEffect(() => {
    if (!atStake) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [atStake]);
}
