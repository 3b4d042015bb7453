import { Alert, Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

interface ProblemProps {
  title: string;
  sentence: string;
  onRetry?: () => void;
}

/** Something that could not be shown, why, and a way to try again. */
export function Problem({ title, sentence, onRetry }: ProblemProps) {
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={title}>
      {sentence}
      {onRetry && (
        <Button mt="sm" size="xs" variant="default" display="block" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}
