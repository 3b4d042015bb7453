import { Center, Loader } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useLocation } from "react-router";
import { sentence, statusOf } from "@/api/errors";
import { useSession } from "@/api/session";
import { SecondFactorPage } from "@/pages/SecondFactorPage";
import { Problem } from "@/ui/Problem";
import { Shell } from "./Shell";

/** Lets only signed-in readers through, with a second factor where it is required; others go to the sign-in page and come back. */
export function SignedIn() {
  const { t } = useTranslation();
  const session = useSession();
  const { pathname, search } = useLocation();
  // stays until it is left, so that the recovery codes do not vanish as soon as the server knows of the factor
  const [settingUp, setSettingUp] = useState(false);
  const lacksFactor = session.data?.needs_second_factor ?? false;
  if (lacksFactor && !settingUp) setSettingUp(true);
  if (settingUp) return <SecondFactorPage onDone={() => session.refetch().then(() => setSettingUp(false))} />;
  if (session.data) return <Shell />;
  if (session.isPending) {
    return (
      <Center h="100dvh">
        <Loader aria-label={t("loading")} />
      </Center>
    );
  }
  if (statusOf(session.error) === 401) return <Navigate to="/sign-in" replace state={{ from: pathname + search }} />;
  return (
    <Center h="100dvh" p="md">
      <Problem title={t("notStarted")} sentence={sentence(session.error)} onRetry={() => session.refetch()} />
    </Center>
  );
}
