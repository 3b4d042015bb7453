import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useSignOut } from "@/api/session";
import { Entrance } from "@/features/account/Entrance";
import { SetUpSecondFactor } from "@/features/account/SetUpSecondFactor";

/** All that there is for whoever must have a second factor, until it is set up. */
export function SecondFactorPage({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation("account");
  const signOut = useSignOut();
  useDocumentTitle(t("mustTitle"));
  return (
    <Entrance title={t("setUpTitle")} about={t("must")} width={440}>
      <SetUpSecondFactor onDone={onDone} />
      <Button
        variant="subtle"
        size="compact-sm"
        mt="md"
        onClick={() => signOut.mutate(undefined, { onSettled: () => window.location.assign("/sign-in") })}
      >
        {t("signOut")}
      </Button>
    </Entrance>
  );
}
