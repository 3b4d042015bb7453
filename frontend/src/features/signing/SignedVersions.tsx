import { Code, Loader, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { useSignatures } from "@/api/signing";
import type { Review, SignedVersion } from "@/api/types";
import { language } from "@/lib/i18n";
import { inUtc } from "@/lib/time";
import { Problem } from "@/ui/Problem";
import { Changes } from "./Changes";
import { SignedDownloads } from "./SignedDownloads";
import classes from "./Signing.module.css";

/** Every signed version, newest first: who, when, why, and what it says otherwise than the one before. */
export function SignedVersions({ review: { analysis_id, signatures } }: { review: Review }) {
  const { t } = useTranslation("signing");
  const versions = useSignatures(analysis_id, signatures.length, language());
  if (signatures.length === 0) return null;
  return (
    <section className={classes.section} aria-label={t("versions")}>
      <Text component="h3" size="sm" fw={600}>
        {t("versions")}
      </Text>
      {versions.isPending && <Loader size="sm" mt="xs" aria-label={t("loadingVersions")} />}
      {versions.error && (
        <Problem title={t("versionsNotLoaded")} sentence={sentence(versions.error)} onRetry={() => void versions.refetch()} />
      )}
      {versions.data?.map((one) => (
        <Version key={one.version} analysisId={analysis_id} signed={one} />
      ))}
    </section>
  );
}

function Version({ analysisId, signed }: { analysisId: string; signed: SignedVersion }) {
  const { t } = useTranslation("signing");
  return (
    <article className={classes.version} aria-label={t("version", { version: signed.version })}>
      <Text size="sm">
        <b>{t("version", { version: signed.version })}</b>{" "}
        {t("by", { name: signed.signed_by, time: inUtc(signed.signed_at) })}
      </Text>
      {signed.reason && <Text size="sm">{t("because", { reason: signed.reason })}</Text>}
      {signed.version > 1 && <Changes changes={signed.changes} since={signed.version - 1} />}
      <Text size="xs" c="var(--fs-quiet)" mt={4}>
        {t("hash")} <Code title={signed.content_sha256}>{signed.content_sha256.slice(0, 16)}</Code>
      </Text>
      <SignedDownloads analysisId={analysisId} version={signed.version} />
    </article>
  );
}
