import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/ui/Dialog";
import type { Held } from "./softLock";

/** Ask whether to go on where somebody else had the review open first. */
export function SoftLockDialog({ held }: { held: Held }) {
  const { t } = useTranslation("review");
  const count = held.names.length;
  return (
    <Dialog onClose={held.leave} title={t("softLock.title", { count, names: held.names.join(", ") })} transitionProps={{ duration: 0 }}>
      <Text size="sm">{t("softLock.told")}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={held.goOn}>
          {t("softLock.goOn")}
        </Button>
        <Button data-autofocus onClick={held.leave}>
          {t("softLock.leave")}
        </Button>
      </Group>
    </Dialog>
  );
}
