"""Cases and the worklist as the API shows them."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from backend.api.present import Shown, slide_out
from backend.api.schemas.cases import CaseDetail, CaseName, CaseOut, EntryOut, PartOut, ReaderOut, SumOut
from backend.core.focus_score import FocusScore
from backend.db.tables import Case, Slide, User
from backend.services import case_scores, worklist
from backend.services.blinding import Reader
from backend.services.case_scores import Sum
from backend.services.worklist import Member


def worklist_out(session: Session, page: worklist.Page, reader: Reader) -> list[EntryOut]:
    """Show a page of the worklist, in a fixed number of queries."""
    shown = _shown(session, (one for entry in page.entries for one in entry.members), reader)
    return [
        EntryOut(
            case=_case_out(entry.case, entry.members, shown) if entry.case else None,
            slides=[slide_out(one.slide, one.analysis, one.status, shown) for one in entry.members if one.matches],
        )
        for entry in page.entries
    ]


def case_detail(session: Session, case: Case, reader: Reader) -> CaseDetail:
    """Show a case with its slides."""
    members = worklist.of_case(session, case=case, reader=reader)
    shown = _shown(session, members, reader)
    slides = [slide_out(one.slide, one.analysis, one.status, shown) for one in members]
    return CaseDetail(**dict(_case_out(case, members, shown)), slides=slides)


def case_name(case: Case) -> CaseName:
    """Show a case to choose from a list."""
    return CaseName(id=case.id, pseudonym=case.pseudonym, assigned_to=_assigned(case))


def reader_out(user: User) -> ReaderOut:
    """Show a reader."""
    return ReaderOut(id=user.id, name=user.display_name, site=user.site)


def _shown(session: Session, members: Iterable[Member], reader: Reader) -> Shown:
    return Shown.read(session, [one.analysis for one in members if one.analysis], reader)


def _case_out(case: Case, members: Sequence[Member], shown: Shown) -> CaseOut:
    return CaseOut(
        id=case.id,
        pseudonym=case.pseudonym,
        blind_first=case.blind_first,
        assigned_to=_assigned(case),
        created_by=case.created_by.display_name,
        created_at=case.created_at,
        slide_count=len(members),
        predicted=_sum_out(case_scores.predicted(members, shown.withheld)),
        reviewed=_sum_out(case_scores.reviewed(members, shown.withheld, shown.progress)),
    )


def _assigned(case: Case) -> ReaderOut | None:
    return reader_out(case.assigned_to) if case.assigned_to else None


def _sum_out(total: Sum) -> SumOut:
    score = total.score
    known = score.value is not None
    return SumOut(
        foci=score.foci if known else None,
        glandular_area_mm2=score.glandular_area_mm2,
        focus_score=score.value,
        low=score.low,
        high=score.high,
        reason=score.reason,
        meets_criterion=score.meets_criterion,
        parts=[_part_out(slide, part) for slide, part in total.parts],
    )


def _part_out(slide: Slide, part: FocusScore) -> PartOut:
    known = part.value is not None
    return PartOut(
        slide_id=slide.id, name=slide.name, foci=part.foci if known else None,
        glandular_area_mm2=part.glandular_area_mm2 if known else None, reason=part.reason,
        left_out=slide.left_out, left_out_by=slide.left_out_by.display_name if slide.left_out_by else None,
    )  # fmt: skip
