import { Pagination } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface PagesProps {
  page: number;
  total: number;
  onPage: (page: number) => void;
}

/** The pages of the worklist. */
export function Pages({ page, total, onPage }: PagesProps) {
  const { t } = useTranslation("slides");
  const names = { previous: t("previousPage"), next: t("nextPage") } as Record<string, string>;
  return (
    <Pagination
      mt="md"
      value={page}
      onChange={onPage}
      total={total}
      aria-label={t("pages")}
      getItemProps={(number) => ({ "aria-label": t("page", { page: number }) })}
      getControlProps={(control) => ({ "aria-label": names[control] })}
    />
  );
}
