import { Stack, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Span } from "@/api/performance";
import type { NetworkVersion } from "@/api/types";
import { Notice } from "@/ui/Notice";
import { PeriodTable } from "./PeriodTable";

const HASH_DIGITS = 8;

/** One version of the networks: which they are, whether something changed lately, and the numbers. */
export function Version({ version, span }: { version: NetworkVersion; span: Span }) {
  const { t } = useTranslation("performance");
  const name = version.networks
    .map(({ name, preset, sha256 }) => t("networkOf", { name, preset, hash: sha256.slice(0, HASH_DIGITS) }))
    .join(" · ");
  return (
    <Stack component="section" gap="xs" aria-label={name}>
      <Title order={2} size="sm">
        {name}
      </Title>
      <Lately version={version} />
      <PeriodTable version={version} span={span} />
    </Stack>
  );
}

function Lately({ version: { periods, share_differs, score_differs } }: { version: NetworkVersion }) {
  const { t } = useTranslation("performance");
  if (periods.length < 2) return null;
  if (share_differs || score_differs) {
    return (
      <Notice tone="care" title={[share_differs && t("shareDiffers"), score_differs && t("scoreDiffers")].filter(Boolean).join(" ")}>
        {t("lookAtIt")}
      </Notice>
    );
  }
  return <Notice tone="info">{t(share_differs === null || score_differs === null ? "tooFewToTell" : "asBefore")}</Notice>;
}
