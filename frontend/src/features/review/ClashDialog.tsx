import { Button, Group, Modal, SimpleGrid, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useClash } from "@/api/review/act";
import type { Command, ConsensusFields, Review } from "@/api/types";
import { ShapePicture, type Drawn } from "./ShapePicture";

interface ClashDialogProps {
  /** Where a square of the slide is to be had as a picture. */
  cropOf: (square: { x: number; y: number; side: number }) => string;
  /** Writes a field of the report and its answer in words. */
  answered: (name: string, answer: Answer) => string;
}

type Answer = ConsensusFields[keyof ConsensusFields];

/** Show what the reader wanted beside what somebody else made of it meanwhile, and let the reader choose. */
export function ClashDialog({ cropOf, answered }: ClashDialogProps) {
  const { t } = useTranslation("review");
  const { clash, settle } = useClash();
  const sides = clash && [
    { title: t("clash.mine"), words: mine(clash.pending.command, clash.current, answered, t), shapes: mineDrawn(clash.pending.command, clash.current) },
    { title: t("clash.theirs"), words: theirs(clash.about, clash.current, answered, t), shapes: theirsDrawn(clash.about, clash.current) },
  ];
  return (
    <Modal opened={clash !== null} onClose={() => settle("theirs")} size="lg" title={t("clash.title")} closeOnClickOutside={false} transitionProps={{ duration: 0 }}>
      <Text size="sm">{t("clash.told")}</Text>
      <SimpleGrid cols={2} mt="md">
        {sides?.map(({ title, words, shapes }) => (
          <div key={title}>
            <Text fw={600} size="sm">
              {title}
            </Text>
            <Text size="sm">{words}</Text>
            <ShapePicture shapes={shapes} about={sides.flatMap((side) => side.shapes)} urlOf={cropOf} />
          </div>
        ))}
      </SimpleGrid>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={() => settle("mine")}>
          {t("clash.keepMine")}
        </Button>
        <Button data-autofocus onClick={() => settle("theirs")}>
          {t("clash.keepTheirs")}
        </Button>
      </Group>
    </Modal>
  );
}

type Translate = ReturnType<typeof useTranslation<"review">>["t"];

type Answered = ClashDialogProps["answered"];

function mine(command: Command, { lesions }: Review, answered: Answered, t: Translate): string {
  if (command.kind === "verdict") {
    const numbers = lesions.filter(({ id }) => command.lesion_ids.includes(id)).map(({ number }) => number);
    return [numbers.join(", "), t(`verdicts.${command.verdict}`)].filter(Boolean).join(": ");
  }
  if (command.kind === "fields") return Object.entries(command.fields).map(([name, answer]) => answered(name, answer)).join(", ");
  return t(`steps.${command.kind as "shape"}`, { count: 1 });
}

function theirs(about: readonly string[], { lesions, fields }: Review, answered: Answered, t: Translate): string {
  return about
    .map((id) => {
      if (id in fields) return answered(id, fields[id as keyof typeof fields]);
      const lesion = lesions.find((one) => one.id === id);
      return lesion ? `${lesion.number}: ${t(`verdicts.${lesion.verdict}`)}` : t("verdicts.gone");
    })
    .join(", ");
}

function mineDrawn(command: Command, { lesions }: Review): Drawn[] {
  if (command.kind === "shape") return command.added.map(({ polygon }) => polygon);
  const ids = command.kind === "verdict" ? command.lesion_ids : [];
  return lesions.filter(({ id }) => ids.includes(id)).map(({ polygon }) => polygon);
}

/** The outlines that hold now: of what the command is about, or of what was made from it. */
function theirsDrawn(about: readonly string[], { lesions }: Review): Drawn[] {
  return lesions.filter(({ id, parents }) => about.includes(id) || parents.some((one) => about.includes(one))).map(({ polygon }) => polygon);
}
