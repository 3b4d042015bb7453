import { useTranslation } from "react-i18next";

export const ROLES = ["admin", "lead", "reader", "viewer"] as const;

/** The roles with their names, to choose from. */
export function useRoles() {
  const { t } = useTranslation("account");
  return ROLES.map((value) => ({ value, label: t(`roles.${value}`) }));
}
