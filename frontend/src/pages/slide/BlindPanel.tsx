import type { Analysis } from "@/api/types";
import { BlindForm } from "@/features/blind/BlindForm";
import classes from "./Panel.module.css";

/** Stands in place of a review whose proposals this reader has not been shown yet. */
export function BlindPanel({ analysis }: { analysis: Analysis }) {
  return (
    <div className={classes.scroll}>
      <BlindForm key={analysis.id} analysis={analysis} />
    </div>
  );
}
