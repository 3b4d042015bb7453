import { Button, Group, Paper, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./SelectionBar.module.css";

interface SelectionBarProps {
  count: number;
  onClear: () => void;
  children: ReactNode;
}

/** How many slides are chosen, and what can be done with all of them. */
export function SelectionBar({ count, onClear, children }: SelectionBarProps) {
  const { t } = useTranslation("slides");
  return (
    <Paper withBorder shadow="md" radius="md" className={classes.bar} data-foot-bar role="region" aria-label={t("chosenSlides")}>
      <Text size="sm" fw={600} className="numeric" role="status">
        {t("chosen", { count })}
      </Text>
      <Group gap="xs" ml="auto">
        {children}
        <Button variant="subtle" color="gray" onClick={onClear}>
          {t("chooseNone")}
        </Button>
      </Group>
    </Paper>
  );
}
