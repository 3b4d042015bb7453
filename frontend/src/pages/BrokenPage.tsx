import { Center } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Problem } from "@/ui/Problem";

/** Stands where a page failed, or could not be loaded, as when FocusScope was updated while it was open. */
export function BrokenPage() {
  const { t } = useTranslation();
  return (
    <Center h="100%" mih={240} p="md">
      <Problem title={t("broken")} sentence={t("brokenMore")} onRetry={() => window.location.reload()} retry={t("reload")} />
    </Center>
  );
}
