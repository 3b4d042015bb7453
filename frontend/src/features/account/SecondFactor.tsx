import { Button, Group, Loader, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQueryClient } from "@tanstack/react-query";
import { sentence } from "@/api/errors";
import { keys } from "@/api/keys";
import { useNewRecoveryCodes, useRemoveSecondFactor, useSecondFactor } from "@/api/secondFactor";
import { absolute } from "@/lib/time";
import { Dialog } from "@/ui/Dialog";
import { PasswordAndCode } from "./PasswordAndCode";
import { RecoveryCodes } from "./RecoveryCodes";
import { SetUpSecondFactor } from "./SetUpSecondFactor";

/** Whether there is one, and the way to set it up, to renew its recovery codes, and to turn it off. */
export function SecondFactor() {
  const { t } = useTranslation("account");
  const factor = useSecondFactor();
  const [asked, setAsked] = useState<"set up" | "codes" | "turn off" | null>(null);
  const close = () => setAsked(null);

  if (factor.error)
    return (
      <Text size="sm" c="var(--fs-danger)" role="alert">
        {sentence(factor.error)}
      </Text>
    );
  if (!factor.data) return <Loader size="sm" aria-label={t("secondFactor")} />;
  const { since, recovery_codes_left: left } = factor.data;
  return (
    <>
      {since && (
        <Text size="sm" mb="sm">
          {t("secondFactorSince", { at: absolute(since), left })}
        </Text>
      )}
      <Group gap="xs">
        {since ? (
          <>
            <Button size="xs" variant="default" onClick={() => setAsked("codes")}>
              {t("newCodes")}
            </Button>
            <Button size="xs" variant="default" onClick={() => setAsked("turn off")}>
              {t("turnOff")}
            </Button>
          </>
        ) : (
          <Button onClick={() => setAsked("set up")}>{t("setUp")}</Button>
        )}
      </Group>
      {asked === "set up" && (
        <Dialog onClose={close} title={t("setUpTitle")} closeOnClickOutside={false}>
          <SetUpSecondFactor
            onDone={() => {
              close();
              notifications.show({ message: t("secondFactorOn") });
            }}
          />
        </Dialog>
      )}
      {asked === "codes" && <NewCodes onClose={close} />}
      {asked === "turn off" && <TurnOff onClose={close} />}
    </>
  );
}

function NewCodes({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("account");
  const make = useNewRecoveryCodes();
  return (
    <Dialog onClose={onClose} title={t("newCodesTitle")} closeOnClickOutside={false}>
      {make.data ? (
        <RecoveryCodes codes={make.data.codes} onKept={onClose} />
      ) : (
        <PasswordAndCode action={t("makeCodes")} busy={make.isPending} problem={make.error} onSubmit={make.mutate} />
      )}
    </Dialog>
  );
}

function TurnOff({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("account");
  const queries = useQueryClient();
  const remove = useRemoveSecondFactor();

  function done() {
    onClose();
    notifications.show({ message: t("secondFactorOff") });
    void queries.invalidateQueries({ queryKey: keys.session });
  }

  return (
    <Dialog onClose={onClose} title={t("turnOffTitle")}>
      <PasswordAndCode
        action={t("turnOffTitle")}
        busy={remove.isPending}
        problem={remove.error}
        onSubmit={(said) => remove.mutate(said, { onSuccess: done })}
      />
    </Dialog>
  );
}
