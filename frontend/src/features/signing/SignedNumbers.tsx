import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Review } from "@/api/types";
import { fixed, percent, UNKNOWN } from "@/lib/format";
import { Fact, Facts } from "@/ui/Fact";

/** The numbers that a signature stands for, and what may be said of them. */
export function SignedNumbers({ review: { reviewed, fields, total } }: { review: Review }) {
  const { t } = useTranslation(["signing", "consensus"]);
  const { foci, glandular_area_mm2, focus_score, low, high, area_fraction, meets_criterion } = reviewed;
  const known = low === null ? UNKNOWN : `${fixed(low, 2)}–${fixed(high, 2)}`;
  const said = meets_criterion === null ? "criterionUnknown" : meets_criterion ? "meets" : "meetsNot";
  return (
    <>
      <Facts>
        <Fact name={t("numbers.lesions")}>{t("numbers.fociOf", { foci, total })}</Fact>
        <Fact name={t("numbers.area")}>{glandular_area_mm2 === null ? UNKNOWN : t("numbers.areaOf", { area: fixed(glandular_area_mm2, 2) })}</Fact>
        <Fact name={t("numbers.score")}>{focus_score === null ? UNKNOWN : t("numbers.scoreOf", { score: fixed(focus_score, 2), interval: known })}</Fact>
        <Fact name={t("numbers.fraction")}>{percent(area_fraction, 1)}</Fact>
        <Fact name={t("consensus:fields.pattern")}>{fields.pattern ? t(`consensus:patterns.${fields.pattern}`) : t("notStated")}</Fact>
        <Fact name={t("consensus:fields.chisholm_mason")}>{fields.chisholm_mason ?? t("notStated")}</Fact>
      </Facts>
      <Text size="sm" fw={600} mt="sm">
        {t(said)}
      </Text>
    </>
  );
}
