import { Button } from "@mantine/core";
import { IconSignature } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { signedUrl } from "@/api/signing";
import type { Review } from "@/api/types";
import { language } from "@/lib/i18n";
import { SignedDownloads } from "./SignedDownloads";

/** The latest signed version to take along; nothing while there is none. */
export function SignedReport({ review: { analysis_id, signatures } }: { review: Review }) {
  const { t } = useTranslation("signing");
  const last = signatures.at(-1);
  if (!last) return null;
  return (
    <div>
      <Button
        component="a"
        href={signedUrl(analysis_id, last.version, "pdf", language())}
        download
        size="xs"
        leftSection={<IconSignature size={14} />}
      >
        {t("signedReport", { version: last.version })}
      </Button>
      <SignedDownloads analysisId={analysis_id} version={last.version} />
    </div>
  );
}
