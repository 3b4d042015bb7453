import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Notice } from "./Notice";

interface ProblemProps {
  title: string;
  sentence: string;
  onRetry?: () => void;
  /** What the button says, where trying again is more than that. */
  retry?: string;
}

/** Something that could not be shown, why, and a way to try again. */
export function Problem({ title, sentence, onRetry, retry }: ProblemProps) {
  const { t } = useTranslation();
  return (
    <Notice tone="wrong" title={title}>
      {sentence}
      {onRetry && (
        <Button mt="sm" size="xs" variant="default" display="block" onClick={onRetry}>
          {retry ?? t("tryAgain")}
        </Button>
      )}
    </Notice>
  );
}
