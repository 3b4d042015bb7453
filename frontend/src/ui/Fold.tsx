import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useId, type ReactNode } from "react";
import { useFold, type FoldName } from "@/lib/folds";
import classes from "./Fold.module.css";

interface FoldProps {
  name: FoldName;
  /** What the button that unfolds it is called. */
  label: string;
  /** What it is in short, shown while it is folded. */
  summary: ReactNode;
  children: ReactNode;
}

/** Something in short, and in full on demand; the choice is remembered. */
export function Fold({ name, label, summary, children }: FoldProps) {
  const [open, toggle] = useFold(name);
  const content = useId();
  const Arrow = open ? IconChevronDown : IconChevronRight;
  return (
    <div className={classes.fold}>
      <button
        type="button"
        className={classes.toggle}
        aria-label={label}
        title={label}
        aria-expanded={open}
        aria-controls={content}
        onClick={toggle}
      >
        <Arrow size={16} aria-hidden />
      </button>
      <div id={content} className={classes.content}>
        {open ? children : summary}
      </div>
    </div>
  );
}
