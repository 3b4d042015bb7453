import { Button, Menu } from "@mantine/core";
import {
  IconActivity,
  IconChartDots,
  IconChevronDown,
  IconLogout,
  IconScale,
  IconUser,
  IconUserCircle,
  IconUsers,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useSession, useSignOut } from "@/api/session";
import { LanguageChoice } from "./LanguageChoice";
import { SchemeChoice } from "./SchemeChoice";

/** Who is signed in, how the page speaks and looks, and the way out. */
export function AccountMenu() {
  const { t } = useTranslation(["account", "agreement", "operations", "people", "performance"]);
  const session = useSession();
  const signOut = useSignOut();
  if (!session.data) return null;
  const { user, may, software } = session.data;
  return (
    <Menu position="bottom-end" width={250}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          c="var(--mantine-color-text)"
          leftSection={<IconUser size={16} />}
          rightSection={<IconChevronDown size={14} />}
          aria-label={t("accountOf", { name: user.display_name })}
        >
          {user.display_name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("signedInAs", { username: user.username, software })}</Menu.Label>
        <Menu.Divider />
        <LanguageChoice />
        <Menu.Divider />
        <SchemeChoice />
        <Menu.Divider />
        <Menu.Item component={Link} to="/account" leftSection={<IconUserCircle size={16} />}>
          {t("myAccount")}
        </Menu.Item>
        {may.includes("invite") && (
          <Menu.Item component={Link} to="/people" leftSection={<IconUsers size={16} />}>
            {t("people:menu")}
          </Menu.Item>
        )}
        <Menu.Item component={Link} to="/agreement" leftSection={<IconScale size={16} />}>
          {t("agreement:menu")}
        </Menu.Item>
        {may.includes("manage") && (
          <Menu.Item component={Link} to="/performance" leftSection={<IconChartDots size={16} />}>
            {t("performance:menu")}
          </Menu.Item>
        )}
        {user.role === "admin" && (
          <Menu.Item component={Link} to="/status" leftSection={<IconActivity size={16} />}>
            {t("operations:menu")}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconLogout size={16} />}
          onClick={() => signOut.mutate(undefined, { onSettled: () => window.location.assign("/sign-in") })}
        >
          {t("signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
