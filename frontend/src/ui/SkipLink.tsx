import type { MouseEvent, ReactNode } from "react";
import classes from "./SkipLink.module.css";

/** Leads past what stands before the place with this id; seen only while it has the focus. */
export function SkipLink({ to, children }: { to: string; children: ReactNode }) {
  function skip(event: MouseEvent) {
    event.preventDefault(); // the address stays
    document.getElementById(to)?.focus();
  }
  return (
    <a href={`#${to}`} className={classes.skip} onClick={skip}>
      {children}
    </a>
  );
}
