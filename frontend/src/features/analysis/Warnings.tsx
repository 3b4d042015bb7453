import { inLanguage } from "@/lib/sentences";
import { Notice } from "@/ui/Notice";
import classes from "./Warnings.module.css";

/** What the pipeline wants the reader to know before trusting its numbers: its limits, its training, its doubts. */
export function Warnings({ warnings }: { warnings: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <div className={classes.warnings}>
      <Notice tone="care">
        <ul className={classes.list}>
          {warnings.map((warning) => (
            <li key={warning}>{inLanguage(warning)}</li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}
