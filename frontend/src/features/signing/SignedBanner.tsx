import { Button } from "@mantine/core";
import { IconPencil, IconSignature } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Review } from "@/api/types";
import { useMay } from "@/api/session";
import { inUtc } from "@/lib/time";
import { AmendDialog } from "./AmendDialog";
import classes from "./Signing.module.css";

interface SignedBannerProps {
  review: Review;
  onAmend: (reason: string) => void;
}

/** Who signed the review, or that a signed one is being amended. */
export function SignedBanner({ review, onAmend }: SignedBannerProps) {
  const { t } = useTranslation("signing");
  const [amending, setAmending] = useState(false);
  const reads = useMay("read");
  const last = review.signatures.at(-1);
  if (!last) return null;
  const told = { name: last.signed_by, time: inUtc(last.signed_at), version: last.version };
  if (!review.signed) {
    return (
      <div className={classes.banner} role="status">
        <IconPencil size={18} aria-hidden />
        <span className={classes.told}>{t("beingAmended", { version: last.version })}</span>
      </div>
    );
  }
  return (
    <div className={classes.banner} role="status">
      <IconSignature size={18} aria-hidden />
      <span className={classes.told}>{t("signedBy", told)}</span>
      {reads && (
        <Button size="compact-sm" variant="default" onClick={() => setAmending(true)}>
          {t("amendMore")}
        </Button>
      )}
      {amending && (
        <AmendDialog version={last.version} onAmend={(reason) => (setAmending(false), onAmend(reason))} onClose={() => setAmending(false)} />
      )}
    </div>
  );
}
