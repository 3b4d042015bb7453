import { Anchor, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { signedUrl, type ReportFormat } from "@/api/signing";
import { useMay } from "@/api/session";
import { language } from "@/lib/i18n";

const FORMATS: readonly ReportFormat[] = ["pdf", "csv", "geojson", "fhir", "zip"];

/** A signed version in every format; the PDF is the one that was signed. */
export function SignedDownloads({ analysisId, version }: { analysisId: string; version: number }) {
  const { t } = useTranslation("signing");
  const exports = useMay("export");
  if (!exports) return null;
  return (
    <Group gap="sm" mt={6} role="group" aria-label={t("downloadsOf", { version })}>
      {FORMATS.map((format) => (
        <Anchor key={format} size="sm" href={signedUrl(analysisId, version, format, language())} download>
          {t(`formats.${format}`)}
        </Anchor>
      ))}
    </Group>
  );
}
