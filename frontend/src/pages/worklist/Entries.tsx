import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case, Slide, WorklistEntry } from "@/api/types";
import { CaseRow } from "@/features/cases/CaseRow";
import type { Selection } from "@/features/slides/selection";
import { SlideRow } from "@/features/slides/SlideRow";
import { Choice } from "@/features/slides/SlideTable";
import { SlideActions } from "./SlideActions";

interface EntriesProps {
  entries: readonly WorklistEntry[];
  selection: Selection;
  onToggle: (slides: readonly Slide[]) => void;
}

/** The rows of the worklist: each case above its slides, and slides that have no case. */
export function Entries({ entries, selection, onToggle }: EntriesProps) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const fold = (caseId: string) => {
    const changed = new Set(folded);
    if (!changed.delete(caseId)) changed.add(caseId);
    setFolded(changed);
  };
  return entries.map((entry) => {
    const isFolded = entry.case !== null && folded.has(entry.case.id);
    const rows = entry.slides.map((slide) => (
      <SlideRow
        key={slide.id}
        slide={slide}
        inCase={entry.case !== null}
        actions={<SlideActions slide={slide} />}
        selection={selection}
        onToggle={onToggle}
      />
    ));
    if (entry.case === null) return rows;
    return [
      <CaseHeading
        key={entry.case.id}
        case={entry.case}
        slides={entry.slides}
        folded={isFolded}
        onFold={fold}
        selection={selection}
        onToggle={onToggle}
      />,
      ...(isFolded ? [] : rows),
    ];
  });
}

interface CaseHeadingProps {
  case: Case;
  slides: readonly Slide[];
  folded: boolean;
  onFold: (caseId: string) => void;
  selection: Selection;
  onToggle: (slides: readonly Slide[]) => void;
}

function CaseHeading({ case: one, slides, folded, onFold, selection, onToggle }: CaseHeadingProps) {
  const { t } = useTranslation("cases");
  const label = t("chooseCase", { name: one.pseudonym });
  return (
    <CaseRow
      case={one}
      shown={slides.length}
      folded={folded}
      onFold={() => onFold(one.id)}
      choice={<Choice label={label} slides={slides} selection={selection} onToggle={onToggle} />}
    />
  );
}
