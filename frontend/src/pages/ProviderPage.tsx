import { Button, Loader, Stack } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { sentence } from "@/api/errors";
import { returnPath, useProviderAnswer } from "@/api/provider";
import { Entrance } from "@/features/account/Entrance";
import { PRODUCT } from "@/lib/product";
import { Mark } from "@/ui/Mark";
import { Problem } from "@/ui/Problem";

/** Where the single sign-on sends a browser back to: tells the server, and goes on where the page was left. */
export default function ProviderPage() {
  const { t } = useTranslation("account");
  const navigate = useNavigate();
  const [said] = useSearchParams();
  const { mutate, error } = useProviderAnswer();
  const told = useRef(false);
  useDocumentTitle(t("signInTitle"));

  useEffect(() => {
    if (told.current) return;
    told.current = true; // a code is good once
    const body = { state: said.get("state") ?? "", code: said.get("code") ?? undefined };
    mutate(body, { onSuccess: ({ again }) => navigate(returnPath(), { replace: true, state: { confirmed: again } }) });
  }, [mutate, navigate, said]);

  return (
    <Entrance mark={<Mark size={36} />} title={PRODUCT}>
      {error ? (
        <Stack>
          <Problem title={t("notSignedIn")} sentence={sentence(error)} />
          <Button component={Link} to={returnPath()} replace variant="default">
            {t("goBack")}
          </Button>
        </Stack>
      ) : (
        <Loader aria-label={t("signIn")} />
      )}
    </Entrance>
  );
}
