import { Button, Group, Select, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { useInvite } from "@/api/people";
import type { Role, Session } from "@/api/types";
import { LinkDialog } from "./LinkDialog";
import { useRoles } from "./useRoles";

/** Invite somebody: a lead to their own site, an admin to any. */
export function InviteForm({ by }: { by: Session["user"] }) {
  const { t } = useTranslation(["people", "account"]);
  const invite = useInvite();
  const roles = useRoles();
  const [role, setRole] = useState<Role>("reader");
  const [site, setSite] = useState(by.site);
  const admin = by.role === "admin";

  function submit(event: FormEvent) {
    event.preventDefault();
    invite.mutate({ role, site });
  }

  return (
    <form onSubmit={submit} aria-label={t("invite")}>
      <Group align="end" gap="sm">
        <Select
          label={t("account:role")}
          data={admin ? roles : roles.filter((one) => one.value !== "admin")}
          value={role}
          allowDeselect={false}
          onChange={(chosen) => setRole(chosen as Role)}
          w={150}
        />
        <TextInput label={t("account:site")} value={site} readOnly={!admin} onChange={(event) => setSite(event.currentTarget.value)} />
        <Button type="submit" loading={invite.isPending} disabled={!site.trim()}>
          {t("makeLink")}
        </Button>
      </Group>
      {invite.error && (
        <Text size="sm" c="var(--fs-danger)" role="alert" mt="xs">
          {sentence(invite.error)}
        </Text>
      )}
      {invite.data && <LinkDialog title={t("invitation")} link={invite.data} onClose={invite.reset} />}
    </form>
  );
}
