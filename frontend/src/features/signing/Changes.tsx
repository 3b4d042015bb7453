import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SignedVersion } from "@/api/types";
import classes from "./Signing.module.css";

interface ChangesProps {
  changes: SignedVersion["changes"];
  since: number;
}

/** What a version says otherwise than the one before it. */
export function Changes({ changes, since }: ChangesProps) {
  const { t } = useTranslation("signing");
  if (changes.length === 0) {
    return (
      <Text size="xs" c="var(--fs-quiet)" mt={4}>
        {t("unchanged", { version: since })}
      </Text>
    );
  }
  return (
    <table className={classes.changes} aria-label={t("changesSince", { version: since })}>
      <thead>
        <tr>
          <th scope="col">{t("changesSince", { version: since })}</th>
          <th scope="col">{t("before")}</th>
          <th scope="col">{t("now")}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ what, before, after }) => (
          <tr key={what}>
            <td>{what}</td>
            <td>{before}</td>
            <td>{after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
