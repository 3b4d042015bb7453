import classes from "./ResearchUse.module.css";

/** The notice that stands at the foot of each page. */
export function ResearchUse() {
  return (
    <footer className={classes.strip}>For Research Use Only. Not for use in diagnostic procedures.</footer>
  );
}
