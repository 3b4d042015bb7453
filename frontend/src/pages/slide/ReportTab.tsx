import { useEffect, useRef } from "react";
import type { Missing, Review } from "@/api/types";
import { ConsensusForm } from "@/features/consensus/ConsensusForm";
import { placeOf } from "@/features/consensus/fields";
import { SignedVersions } from "@/features/signing/SignedVersions";
import { SignOff } from "@/features/signing/SignOff";
import classes from "./Panel.module.css";
import type { Desk } from "./useDesk";

interface ReportTabProps {
  review: Review;
  desk: Desk;
  /** Shows the lesions, one of which has been chosen. */
  onLesion: () => void;
}

/** What a report holds beside the lesions, and the signature under it. */
export function ReportTab({ review, desk, onLesion }: ReportTabProps) {
  function jump({ lesion, field }: Missing) {
    if (field !== null) return leadTo(field);
    desk.visit(review.lesions.find(({ number }) => number === lesion)?.id ?? null);
    onLesion();
  }
  const panel = useRef<HTMLDivElement>(null);
  // What can be downloaded once a version is signed stands at the top; the reader has just come from the bottom.
  useEffect(() => {
    panel.current?.scrollTo({ top: 0 });
  }, [review.signatures.length]);
  return (
    <>
      <div ref={panel} className={classes.scroll}>
        <SignedVersions review={review} />
        <ConsensusForm review={review} onAnswer={(fields) => desk.act({ kind: "fields", fields })} />
      </div>
      {!review.signed && <SignOff review={review} guard={desk.guard} onJump={jump} />}
    </>
  );
}

/** Show a field and put the focus there, once the dialog that named it has given the focus back. */
function leadTo(field: string): void {
  setTimeout(() => {
    const place = document.getElementById(placeOf(field));
    place?.scrollIntoView({ block: "center" });
    (place?.querySelector<HTMLElement>("input") ?? place)?.focus();
  }, 300);
}
