import { Paper, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { ResearchUse } from "@/ui/ResearchUse";
import classes from "./Entrance.module.css";
import { LanguageSwitch } from "./LanguageSwitch";

interface EntranceProps {
  /** What stands above the heading. */
  mark?: ReactNode;
  title: string;
  /** What it says beneath. */
  about?: string;
  width?: number;
  children: ReactNode;
}

/** The frame of the pages before the product itself: one thing to do, and the choice of a language. */
export function Entrance({ mark, title, about, width = 380, children }: EntranceProps) {
  return (
    <div className={classes.page}>
      <main className={classes.centre}>
        <Paper withBorder radius="md" p="xl" w={width} maw="100%">
          {mark}
          <Title order={1} size="h3" mt={mark ? "sm" : 0} mb={about ? 4 : "md"}>
            {title}
          </Title>
          {about && (
            <Text size="sm" c="var(--fs-quiet)" mb="lg">
              {about}
            </Text>
          )}
          {children}
        </Paper>
        <div className={classes.language}>
          <LanguageSwitch />
        </div>
      </main>
      <ResearchUse />
    </div>
  );
}
