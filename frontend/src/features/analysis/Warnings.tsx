import { Notice } from "@/ui/Notice";
import classes from "./Warnings.module.css";

/** What the pipeline wants the reader to know before trusting its numbers. */
export function Warnings({ warnings }: { warnings: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <div className={classes.warnings}>
      {warnings.map((warning) => (
        <Notice key={warning} tone="care">
          {warning}
        </Notice>
      ))}
    </div>
  );
}
