import { Anchor, Modal, Text } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { resumeAfterSignIn, useConnection } from "@/api/connection";
import { statusOf } from "@/api/errors";
import { useSession } from "@/api/session";
import { ProviderButton } from "./ProviderButton";
import { SignInForm } from "./SignInForm";

/** Stands over a page whose session has ended. What is on screen stays, and what was under way goes on afterwards. */
export function SignInAgain() {
  const { t } = useTranslation("account");
  const session = useSession();
  const needed = useConnection((connection) => connection.signInNeeded);
  const ended = session.data !== undefined && statusOf(session.error) === 401;

  useEffect(() => {
    if (ended) useConnection.setState({ signInNeeded: true });
  }, [ended]);

  return (
    <Modal
      opened={needed}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t("ended")}
    >
      <Text size="sm" mb="md">
        {t("signInAgain")}
      </Text>
      <SignInForm username={session.data?.user.username} onSignedIn={resumeAfterSignIn} />
      <ProviderButton />
      <Anchor href="/sign-in" size="sm" mt="md" display="inline-block">
        {t("someoneElse")}
      </Anchor>
    </Modal>
  );
}
