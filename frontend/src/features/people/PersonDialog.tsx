import { Button, Group, Modal, Select, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { sentence } from "@/api/errors";
import { useChangePerson, usePasswordLink, useResetSecondFactor } from "@/api/people";
import { useProvider } from "@/api/provider";
import type { Person, Role } from "@/api/types";
import { LinkDialog } from "./LinkDialog";
import { PersonSessions } from "./PersonSessions";
import { useRoles } from "./useRoles";

/** What an admin changes about somebody: role, site, whether they may sign in, their password by a link, their sessions. */
export function PersonDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation(["people", "account", "common"]);
  const change = useChangePerson();
  const link = usePasswordLink();
  const reset = useResetSecondFactor();
  const roles = useRoles();
  const provider = useProvider();
  const [role, setRole] = useState<Role>(person.role);
  const [site, setSite] = useState(person.site);
  const [email, setEmail] = useState(person.email ?? "");
  const [enabled, setEnabled] = useState(person.disabled_at === null);
  const problem = change.error ?? link.error ?? reset.error;

  function submit(event: FormEvent) {
    event.preventDefault();
    const disabled = enabled === (person.disabled_at === null) ? undefined : !enabled;
    change.mutate({ user_id: person.id, role, site, disabled, email: provider ? email : undefined }, { onSuccess: onClose });
  }

  if (link.data) return <LinkDialog title={t("newPasswordOf", { name: person.display_name })} link={link.data} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title={person.display_name} size="lg">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Select
            label={t("account:role")}
            data={roles}
            value={role}
            allowDeselect={false}
            onChange={(chosen) => setRole(chosen as Role)}
          />
          <TextInput label={t("account:site")} value={site} onChange={(event) => setSite(event.currentTarget.value)} />
          {provider && (
            <TextInput
              label={t("emailAt", { name: provider })}
              description={t("aboutEmail", { name: provider })}
              type="email"
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
          )}
          <Switch label={t("maySignIn")} checked={enabled} onChange={(event) => setEnabled(event.currentTarget.checked)} />
          {problem && (
            <Text size="sm" c="var(--fs-danger)" role="alert">
              {sentence(problem)}
            </Text>
          )}
          <Group justify="space-between">
            <Group gap="xs">
              <Button variant="default" loading={link.isPending} onClick={() => link.mutate(person.id)}>
                {t("passwordLink")}
              </Button>
              {person.has_second_factor && (
                <Button
                  variant="default"
                  loading={reset.isPending}
                  onClick={() => reset.mutate(person.id, { onSuccess: onClose })}
                >
                  {t("resetSecondFactor")}
                </Button>
              )}
            </Group>
            <Button type="submit" loading={change.isPending}>
              {t("common:save")}
            </Button>
          </Group>
          <Text size="xs" c="var(--fs-quiet)">
            {t("endsEverything")}
          </Text>
        </Stack>
      </form>
      <Title order={3} size="h5" mt="lg">
        {t("sessions")}
      </Title>
      <PersonSessions userId={person.id} />
    </Modal>
  );
}
