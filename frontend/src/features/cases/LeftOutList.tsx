import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { CaseSum } from "@/api/types";
import { leftOutText } from "@/lib/leftOut";
import { slideName } from "@/lib/slideName";

/** Which slides do not count in the sum of a case, why, and who said so. */
export function LeftOutList({ parts }: Pick<CaseSum, "parts">) {
  const { t } = useTranslation("cases");
  return parts
    .filter((one) => one.left_out !== null)
    .map(({ slide_id, name, left_out, left_out_by: by }) => (
      <Text key={slide_id} size="sm" mt={4}>
        {t("isLeftOut", { name: slideName(name), reason: leftOutText(left_out ?? ""), by: by ?? "" })}
      </Text>
    ));
}
