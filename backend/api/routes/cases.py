"""Cases, and the worklist that shows them beside slides that have none."""

from fastapi import APIRouter

from backend.api.dependencies import (
    Arranger,
    CaseDep,
    CaseToArrangeDep,
    CaseToManageDep,
    CaseToReadDep,
    CurrentUser,
    ReaderDep,
    SessionDep,
    SlideDep,
    noted,
)
from backend.api.present_cases import case_detail, case_name, reader_out
from backend.api.schemas.cases import CaseChange, CaseDetail, CaseName, LeftOutIn, NewCase, ReaderOut, SlidesIn
from backend.api.schemas.common import Search
from backend.services import accounts, cases, rights

router = APIRouter(tags=["cases"])


@router.get("/readers")
def list_readers(session: SessionDep, user: CurrentUser) -> list[ReaderOut]:
    """List those to whom the user can assign a case."""
    return [reader_out(one) for one in accounts.readers(session, by=user)]


@router.get("/cases", dependencies=[noted("worklist.view")])
def list_cases(session: SessionDep, user: CurrentUser, search: Search = "") -> list[CaseName]:
    """List the newest cases whose pseudonym holds `search`, at most 20."""
    return [case_name(one) for one in cases.find(session, user=user, search=search, most=20)]


@router.post("/cases", status_code=201)
def create_case(asked: NewCase, session: SessionDep, user: Arranger, reader: ReaderDep) -> CaseDetail:
    """Begin a case, with slides where some are named; only a lead assigns it to somebody else."""
    if asked.assigned_to_id not in (None, user.id):
        rights.require_role_for(user, "manage")
    chosen = rights.slides(session, slide_ids=asked.slide_ids, user=user, action="arrange")
    case = cases.create(session, pseudonym=asked.pseudonym, by=reader.user)
    if asked.blind_first:
        cases.set_blind_first(session, case=case, blind_first=True, by=reader.user)
    if asked.assigned_to_id:
        cases.assign(session, case=case, reader_id=asked.assigned_to_id, by=reader.user)
    cases.add_slides(session, case=case, slides=chosen, by=user)
    return case_detail(session, case, reader)


@router.get("/cases/{case_id}", dependencies=[noted("case.view")])
def get_case(session: SessionDep, case: CaseDep, reader: ReaderDep) -> CaseDetail:
    """Return a case with its slides and their summed score."""
    return case_detail(session, case, reader)


@router.patch("/cases/{case_id}")
def change_case(change: CaseChange, session: SessionDep, case: CaseToManageDep, reader: ReaderDep) -> CaseDetail:
    """Rename a case, assign it, or say whether it is read blind first."""
    if change.pseudonym is not None:
        cases.rename(session, case=case, pseudonym=change.pseudonym, by=reader.user)
    if change.blind_first is not None:
        cases.set_blind_first(session, case=case, blind_first=change.blind_first, by=reader.user)
    if "assigned_to_id" in change.model_fields_set:
        cases.assign(session, case=case, reader_id=change.assigned_to_id, by=reader.user)
    return case_detail(session, case, reader)


@router.delete("/cases/{case_id}", status_code=204)
def delete_case(session: SessionDep, case: CaseToManageDep, reader: ReaderDep) -> None:
    """Delete a case that has no slides."""
    cases.delete(session, case=case, by=reader.user)


@router.post("/cases/{case_id}/slides")
def add_slides(asked: SlidesIn, session: SessionDep, case: CaseToArrangeDep, reader: ReaderDep) -> CaseDetail:
    """Put slides into a case."""
    chosen = rights.slides(session, slide_ids=asked.slide_ids, user=reader.user, action="arrange")
    cases.add_slides(session, case=case, slides=chosen, by=reader.user)
    return case_detail(session, case, reader)


@router.delete("/cases/{case_id}/slides/{slide_id}")
def remove_slide(session: SessionDep, case: CaseToArrangeDep, slide: SlideDep, reader: ReaderDep) -> CaseDetail:
    """Take a slide out of a case."""
    cases.remove_slide(session, case=case, slide=slide, by=reader.user)
    return case_detail(session, case, reader)


@router.put("/cases/{case_id}/slides/{slide_id}/left-out")
def leave_slide_out(
    said: LeftOutIn, session: SessionDep, case: CaseToReadDep, slide: SlideDep, reader: ReaderDep
) -> CaseDetail:
    """Leave a slide out of the sum of its case, and say why; its own review goes on as it was."""
    cases.leave_out(session, case=case, slide=slide, reason=said.reason, by=reader.user)
    return case_detail(session, case, reader)


@router.delete("/cases/{case_id}/slides/{slide_id}/left-out")
def count_slide_again(session: SessionDep, case: CaseToReadDep, slide: SlideDep, reader: ReaderDep) -> CaseDetail:
    """Let a slide count in the sum of its case again."""
    cases.count_again(session, case=case, slide=slide, by=reader.user)
    return case_detail(session, case, reader)
