import { useLocation } from "react-router";

/** Whether the page is back from the single sign-on, to which its sign-off led. */
export function useIsBack(): boolean {
  return (useLocation().state as { confirmed?: boolean } | null)?.confirmed ?? false;
}
