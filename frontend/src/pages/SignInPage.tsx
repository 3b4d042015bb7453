import { useDocumentTitle } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { Entrance } from "@/features/account/Entrance";
import { ProviderButton } from "@/features/account/ProviderButton";
import { SignInForm } from "@/features/account/SignInForm";
import { PRODUCT } from "@/lib/product";
import { Mark } from "@/ui/Mark";

/** The way in; leads back to the page that was asked for. */
export function SignInPage() {
  const { t } = useTranslation("account");
  const navigate = useNavigate();
  const from = (useLocation().state as { from?: string } | null)?.from ?? "/";
  useDocumentTitle(t("signInTitle"));
  return (
    <Entrance mark={<Mark size={36} />} title={PRODUCT} about={t("slogan")}>
      <SignInForm onSignedIn={() => navigate(from, { replace: true })} />
      <ProviderButton from={from} />
    </Entrance>
  );
}
