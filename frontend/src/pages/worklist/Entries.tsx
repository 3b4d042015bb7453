import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Case, Slide, WorklistEntry } from "@/api/types";
import { CaseNote, CaseStanding, CaseSumCell } from "@/features/cases/CaseCells";
import { GroupRow } from "@/features/slides/GroupRow";
import { type Selection, shareChosen } from "@/features/slides/selection";
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
        actions={SlideActions}
        chosen={selection.has(slide.id)}
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
    <GroupRow
      name={one.pseudonym}
      address={`/cases/${one.id}`}
      folded={folded}
      foldLabel={t(folded ? "unfold" : "fold", { name: one.pseudonym })}
      onFold={() => onFold(one.id)}
      choice={<Choice label={label} share={shareChosen(selection, slides)} onToggle={() => onToggle(slides)} />}
      note={<CaseNote case={one} shown={slides.length} />}
      standing={<CaseStanding case={one} />}
      score={<CaseSumCell case={one} />}
    />
  );
}
