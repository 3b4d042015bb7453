import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Review } from "@/api/types";
import { useMay } from "@/api/session";
import { Choice } from "@/ui/Choice";
import { ChisholmMason } from "./ChisholmMason";
import classes from "./ConsensusForm.module.css";
import { CountField } from "./CountField";
import { EXCLUSIONS, fieldLabel, GRADED, GRADES, PATTERNS, placeOf, PRESENCE, REQUIRED, STRUCTURES, type Answered, type Answers, type FieldName } from "./fields";
import { TextField } from "./TextField";

interface ConsensusFormProps {
  review: Review;
  /** Takes each change by itself. */
  onAnswer: (answers: Answers) => void;
}

/** What the consensus asks of every biopsy beside the count; nothing is answered beforehand. */
export function ConsensusForm({ review, onAnswer }: ConsensusFormProps) {
  const { t } = useTranslation("consensus");
  const reads = useMay("read");
  const { fields } = review;
  const readOnly = review.signed || !reads;
  const answered = { fields, readOnly, onAnswer };
  const saying = (kind: "grades" | "presence" | "patterns", values: readonly string[]) =>
    values.map((value) => ({ value, label: t(`${kind}.${value}` as "grades.mild") }));
  return (
    <section aria-label={t("title")}>
      <Group title={t("groups.specimen")}>
        <TextField name="specimen" {...answered} />
        <div className={classes.counts}>
          {(["sections", "levels", "glands"] as const).map((name) => (
            <CountField key={name} name={name} {...answered} />
          ))}
        </div>
      </Group>
      <Group title={t("groups.pattern")}>
        <OneOf name="pattern" stacked options={saying("patterns", PATTERNS)} {...answered} />
      </Group>
      <Group title={t("groups.changes")}>
        {STRUCTURES.map((name) => (
          <OneOf key={name} name={name} options={saying("presence", PRESENCE)} {...answered} />
        ))}
        {GRADED.map((name) => (
          <OneOf key={name} name={name} options={saying("grades", GRADES)} {...answered} />
        ))}
      </Group>
      <Group title={t("groups.exclusions")}>
        {EXCLUSIONS.map((name) => (
          <OneOf key={name} name={name} options={saying("presence", PRESENCE)} {...answered} />
        ))}
      </Group>
      <Group title={t("groups.grading")}>
        <Confluent {...answered} />
        <ChisholmMason suggested={review.suggested_chisholm_mason} {...answered} />
        <TextField name="tarpley" {...answered} />
        <TextField name="comment" long {...answered} />
      </Group>
    </section>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={classes.group}>
      <h3 className={classes.title}>{title}</h3>
      <div className={classes.fields}>{children}</div>
    </div>
  );
}

interface OneOfProps extends Answered {
  name: FieldName;
  stacked?: boolean;
  options: { value: string; label: string }[];
}

function OneOf({ name, stacked, options, fields, readOnly, onAnswer }: OneOfProps) {
  return (
    <Choice
      label={fieldLabel(name)}
      id={placeOf(name)}
      required={REQUIRED.includes(name)}
      options={options}
      value={fields[name] as string | null}
      stacked={stacked}
      readOnly={readOnly}
      onChange={(value) => onAnswer({ [name]: value })}
      onClear={() => onAnswer({ [name]: null })}
    />
  );
}

function Confluent({ fields, readOnly, onAnswer }: Answered) {
  const { t } = useTranslation("consensus");
  return (
    <Choice
      label={fieldLabel("confluent")}
      id={placeOf("confluent")}
      options={[
        { value: "no", label: t("no") },
        { value: "yes", label: t("yes") },
      ]}
      value={fields.confluent === null ? null : fields.confluent ? "yes" : "no"}
      readOnly={readOnly}
      aside={fields.confluent ? <span>{t("greenspan")}</span> : undefined}
      onChange={(value) => onAnswer({ confluent: value === "yes" })}
      onClear={() => onAnswer({ confluent: null })}
    />
  );
}
