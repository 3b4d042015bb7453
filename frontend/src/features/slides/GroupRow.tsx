import { ActionIcon, Table } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconFolder } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import classes from "./SlideTable.module.css";

interface GroupRowProps {
  name: string;
  address: string;
  folded: boolean;
  /** What the button that folds and unfolds does. */
  foldLabel: string;
  onFold: () => void;
  choice: ReactNode;
  note: ReactNode;
  standing: ReactNode;
  score: ReactNode;
}

/** A row above the slides that belong together. */
export function GroupRow({ name, address, folded, foldLabel, onFold, choice, note, standing, score }: GroupRowProps) {
  const Chevron = folded ? IconChevronRight : IconChevronDown;
  return (
    <Table.Tr className={classes.row} data-worklist-row data-opens data-group>
      <Table.Td className={classes.choice}>{choice}</Table.Td>
      <Table.Td className={classes.thumbnail}>
        <div className={classes.fold}>
          <ActionIcon
            variant="subtle"
            color="gray"
            className={classes.box}
            aria-expanded={!folded}
            aria-label={foldLabel}
            data-fold
            onClick={onFold}
          >
            <Chevron size={18} />
          </ActionIcon>
          <IconFolder size={20} stroke={1.5} aria-hidden />
        </div>
      </Table.Td>
      <Table.Td className={classes.name}>
        <Link to={address} className={classes.link} title={name} data-opens-row>
          {name}
        </Link>
        {note}
      </Table.Td>
      <Table.Td className={classes.standing}>{standing}</Table.Td>
      <Table.Td className={classes.number}>{score}</Table.Td>
      <Table.Td className={classes.size} />
      <Table.Td className={classes.uploaded} />
      <Table.Td className={classes.actions} />
    </Table.Tr>
  );
}
