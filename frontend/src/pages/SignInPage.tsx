import { Paper, Text, Title } from "@mantine/core";
import { useLocation, useNavigate } from "react-router";
import { SignInForm } from "@/features/account/SignInForm";
import { Mark } from "@/ui/Mark";
import { ResearchUse } from "@/ui/ResearchUse";
import classes from "./SignInPage.module.css";

/** The way in; leads back to the page that was asked for. */
export function SignInPage() {
  const navigate = useNavigate();
  const from = (useLocation().state as { from?: string } | null)?.from ?? "/";
  return (
    <div className={classes.page}>
      <main className={classes.centre}>
        <Paper withBorder radius="md" p="xl" w={380} maw="100%">
          <Mark size={36} />
          <Title order={1} size="h3" mt="sm">
            FocusScope
          </Title>
          <Text size="sm" c="var(--fs-quiet)" mb="lg">
            Labial salivary gland slides, from upload to a reviewed focus score
          </Text>
          <SignInForm onSignedIn={() => navigate(from, { replace: true })} />
        </Paper>
      </main>
      <ResearchUse />
    </div>
  );
}
