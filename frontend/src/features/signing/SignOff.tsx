import { Button, Group, Text } from "@mantine/core";
import { IconSignature } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useUnsaved } from "@/api/review/act";
import type { Missing, Review } from "@/api/types";
import { useMay } from "@/api/session";
import { useIsBack } from "@/lib/useIsBack";
import { lacking } from "./lacking";
import { SignDialog } from "./SignDialog";
import classes from "./Signing.module.css";

interface SignOffProps {
  review: Review;
  /** Opens the dialog, once the reader says so where somebody else is at the review. */
  guard: (open: () => void) => void;
  /** Leads the reader to what is missing. */
  onJump: (missing: Missing) => void;
}

/** The way to a signature, and how far it is. */
export function SignOff({ review, guard, onJump }: SignOffProps) {
  const { t } = useTranslation("signing");
  const [opened, setOpened] = useState(useIsBack());
  const unsaved = useUnsaved();
  const may = useMay("read");
  const left = lacking(review).length;
  if (!may) return null;
  return (
    <section className={classes.foot} aria-label={t("signOff")}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" c="var(--fs-quiet)">
          {left > 0 ? t("left", { count: left }) : t("ready")}
        </Text>
        <Button flex="none" leftSection={<IconSignature size={16} />} disabled={unsaved > 0} variant={left > 0 ? "default" : "filled"} onClick={() => guard(() => setOpened(true))}>
          {t("signMore")}
        </Button>
      </Group>
      {opened && <SignDialog review={review} onJump={onJump} onClose={() => setOpened(false)} />}
    </section>
  );
}
