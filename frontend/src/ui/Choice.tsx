import { useId, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Choice.module.css";

interface ChoiceProps<Value extends string> {
  label: string;
  /** Where the page can lead the reader to. */
  id?: string;
  required?: boolean;
  options: readonly { value: Value; label: string }[];
  /** The answer; null while there is none, for nothing is ever chosen beforehand. */
  value: Value | null;
  stacked?: boolean;
  readOnly?: boolean;
  /** What stands beside the label. */
  aside?: ReactNode;
  onChange: (value: Value) => void;
  /** Takes the answer back; without it, it can only be changed. */
  onClear?: () => void;
}

/** One answer of a few, all in sight: radio buttons, so that arrow keys choose. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, id, required, options, value, stacked, readOnly, aside, onChange, onClear } = props;
  const { t } = useTranslation();
  const name = useId();
  return (
    <fieldset className={classes.field} id={id}>
      <legend className="sr-only">{required ? t("requiredOf", { label }) : label}</legend>
      <div className={classes.head}>
        <span aria-hidden>
          {label}
          {required && <span className={classes.required}>{t("required")}</span>}
        </span>
        {aside}
        {value !== null && onClear && !readOnly && (
          <button type="button" className={classes.clear} aria-label={t("clearOf", { label })} onClick={onClear}>
            {t("clear")}
          </button>
        )}
      </div>
      <div className={classes.options} data-stacked={stacked || undefined}>
        {options.map((option) => (
          <label
            key={option.value}
            className={classes.option}
            data-on={option.value === value || undefined}
            data-disabled={readOnly || undefined}
          >
            <input
              type="radio"
              className={classes.radio}
              name={name}
              checked={option.value === value}
              disabled={readOnly}
              onChange={() => onChange(option.value)}
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
