import { Button, Divider, Group, Stack, Text } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useConfirming } from "@/api/provider";
import { useUnsaved } from "@/api/review/act";
import { useSign } from "@/api/signing";
import type { Missing, Review } from "@/api/types";
import { Confirmation } from "@/ui/Confirmation";
import { Dialog } from "@/ui/Dialog";
import { lacking } from "./lacking";
import { MissingLinks } from "./MissingLinks";
import { refusal } from "./refusal";
import { SignedNumbers } from "./SignedNumbers";

interface SignDialogProps {
  review: Review;
  onJump: (missing: Missing) => void;
  onClose: () => void;
}

/** What is missing, or what will be signed, what that means, and the password. */
export function SignDialog({ review, onJump, onClose }: SignDialogProps) {
  const { t } = useTranslation(["signing", "common"]);
  const missing = lacking(review);
  return (
    <Dialog onClose={onClose} title={t("title", { version: review.signatures.length + 1 })} size="lg">
      {missing.length > 0 ? (
        <>
          <Text size="sm" mb="xs">
            {t("notYet")}
          </Text>
          <MissingLinks missing={missing} onJump={(one) => (onClose(), onJump(one))} />
        </>
      ) : (
        <SignForm review={review} onClose={onClose} />
      )}
      <Text size="xs" c="var(--fs-quiet)" mt="md">
        {t("common:researchUse")}
      </Text>
    </Dialog>
  );
}

function SignForm({ review, onClose }: { review: Review; onClose: () => void }) {
  const { t } = useTranslation("signing");
  const sign = useSign(review);
  const unsaved = useUnsaved();
  const [password, setPassword] = useState("");
  const confirming = useConfirming();
  function submit(event: FormEvent) {
    event.preventDefault();
    sign.mutate(password, { onSuccess: onClose });
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <SignedNumbers review={review} />
        <Divider />
        <Text size="sm">{t("meaning")}</Text>
        <Confirmation by={confirming} description={t("passwordAgain")} password={password} onChange={setPassword} />
        {sign.error && (
          <Text size="sm" c="var(--fs-danger)" role="alert">
            {refusal(sign.error)}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={sign.isPending} disabled={!(password || confirming.isProved) || unsaved > 0}>
            {t("sign")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
