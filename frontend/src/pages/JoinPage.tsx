import { Loader } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { sentence } from "@/api/errors";
import { useLink } from "@/api/people";
import { Entrance } from "@/features/account/Entrance";
import { JoinForm } from "@/features/account/JoinForm";
import { ProviderButton } from "@/features/account/ProviderButton";
import { PRODUCT } from "@/lib/product";
import { Mark } from "@/ui/Mark";
import { Problem } from "@/ui/Problem";

/** Where a link leads that lets somebody in; its secret stands behind the `#`. */
export default function JoinPage() {
  const { t } = useTranslation("account");
  const navigate = useNavigate();
  const token = useLocation().hash.slice(1);
  const link = useLink(token);
  useDocumentTitle(t("joinTitle"));
  return (
    <Entrance mark={<Mark size={36} />} title={PRODUCT}>
      {link.data && <JoinForm token={token} link={link.data} onDone={() => navigate("/sign-in", { replace: true })} />}
      {link.data?.username === null && <ProviderButton link={token} from="/" />}
      {link.error && <Problem title={t("linkNotGood")} sentence={sentence(link.error)} />}
      {link.isPending && <Loader aria-label={t("joinTitle")} />}
    </Entrance>
  );
}
