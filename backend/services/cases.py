"""Cases: the slides of one biopsy under a pseudonym, and who reads them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, FocusScopeError, NotFound
from backend.db.tables import Case, Slide, User
from backend.services import access, audit, rights

LEFT_OUT = ("damaged", "stain", "blurred", "no_gland", "same_section")
"""Why a slide does not count in the sum of its case, as the page offers it; a reader may write another reason."""


class PseudonymTaken(Conflict):
    """Two cases that look alike would be taken for each other."""

    def __init__(self) -> None:
        super().__init__("Another case has this pseudonym already.")


class PseudonymEmpty(FocusScopeError):
    """A case that nobody can tell from others."""

    status = 422

    def __init__(self) -> None:
        super().__init__("A case needs a pseudonym.")


class ReasonEmpty(FocusScopeError):
    """A slide that counts for nothing, and nobody knows why."""

    status = 422

    def __init__(self) -> None:
        super().__init__("Say why the slide is left out of the sum.")


def find(session: Session, *, user: User, search: str, most: int) -> list[Case]:
    """Return the newest cases that a user may see whose pseudonym holds `search`."""
    named = Case.pseudonym_key.contains(_key(search), autoescape=True)
    matching = select(Case).where(named, rights.may_case(user, "look"))
    return list(session.scalars(matching.order_by(Case.created_at.desc(), Case.id).limit(most)))


def create(session: Session, *, pseudonym: str, by: User) -> Case:
    """Begin a case without slides.

    Raises:
        PseudonymTaken, PseudonymEmpty: where the pseudonym does not serve.
    """
    case = Case(created_by=by, site=by.site)
    _name(session, case, pseudonym)
    audit.note(session, action="case.create", subject_id=case.id, by=by)
    return case


def rename(session: Session, *, case: Case, pseudonym: str, by: User) -> None:
    """Give a case another pseudonym. Pseudonyms stay out of the audit trail: one may be a name after all.

    Raises:
        PseudonymTaken, PseudonymEmpty: where the pseudonym does not serve.
    """
    _name(session, case, pseudonym)
    audit.note(session, action="case.rename", subject_id=case.id, by=by)


def assign(session: Session, *, case: Case, reader_id: UUID | None, by: User) -> None:
    """Say who is to read a case, or nobody.

    Raises:
        NotFound: where there is no such reader.
    """
    reader = session.get(User, reader_id) if reader_id else None
    if reader_id and (reader is None or reader.disabled_at is not None or not rights.has_role_for(reader, "read")):
        raise NotFound("There is no such reader.")
    before, case.assigned_to = case.assigned_to_id, reader
    session.flush()
    access.changed(session)
    change = {"before": {"reader": _said(before)}, "after": {"reader": _said(reader_id)}}
    audit.note(session, action="case.assign", subject_id=case.id, by=by, **change)


def set_blind_first(session: Session, *, case: Case, blind_first: bool, by: User) -> None:
    """Say whether readers record their own read before they see what was proposed."""
    before, case.blind_first = case.blind_first, blind_first
    change = {"before": {"blind_first": before}, "after": {"blind_first": blind_first}}
    audit.note(session, action="case.set_blind_first", subject_id=case.id, by=by, **change)


def add_slides(session: Session, *, case: Case, slides: Sequence[Slide], by: User) -> None:
    """Put slides into a case; one that is there already stays.

    Raises:
        Conflict: where one belongs to another case: nothing is taken out of a sum unseen; or to another site.
    """
    if any(one.site != case.site for one in slides):
        raise Conflict("The slides of a case belong to one site, and one of these belongs to another.")
    for slide in slides:
        if slide.case_id not in (None, case.id):
            raise Conflict(f"“{slide.name}” belongs to another case: take it out there first.")
    for slide in (one for one in slides if one.case_id is None):
        slide.case = case
        audit.note(session, action="case.add_slide", subject_id=case.id, by=by, after={"slide": str(slide.id)})
    session.flush()


def remove_slide(session: Session, *, case: Case, slide: Slide, by: User) -> None:
    """Take a slide out of a case; it stands alone from then on.

    Raises:
        NotFound: where it is not in the case.
    """
    _require_in(case, slide)
    slide.case = slide.left_out = slide.left_out_by = None
    session.flush()
    access.changed(session)
    audit.note(session, action="case.remove_slide", subject_id=case.id, by=by, before={"slide": str(slide.id)})


def leave_out(session: Session, *, case: Case, slide: Slide, reason: str, by: User) -> None:
    """Keep a slide in its case, but not in the sum; the reason is one of `LEFT_OUT` or what the reader wrote.

    Raises:
        NotFound: where it is not in the case.
        ReasonEmpty: without a reason.
    """
    _require_in(case, slide)
    if not (reason := " ".join(reason.split())):
        raise ReasonEmpty
    before, slide.left_out, slide.left_out_by = slide.left_out, reason, by
    session.flush()
    _note_left_out(session, case, slide, before, by)


def count_again(session: Session, *, case: Case, slide: Slide, by: User) -> None:
    """Let a slide count in the sum of its case again; doing it twice is no error.

    Raises:
        NotFound: where it is not in the case.
    """
    _require_in(case, slide)
    if slide.left_out is None:
        return
    before, slide.left_out, slide.left_out_by = slide.left_out, None, None
    session.flush()
    _note_left_out(session, case, slide, before, by)


def delete(session: Session, *, case: Case, by: User) -> None:
    """Delete a case that has no slides.

    Raises:
        Conflict: while it has some.
    """
    if session.scalar(select(func.count()).where(Slide.case_id == case.id)):
        raise Conflict("The case still has slides: take them out first.")
    audit.note(session, action="case.delete", subject_id=case.id, by=by)
    session.delete(case)
    session.flush()


def _name(session: Session, case: Case, pseudonym: str) -> None:
    key = _key(pseudonym)
    if not key:
        raise PseudonymEmpty
    try:
        with session.begin_nested():
            case.pseudonym, case.pseudonym_key = " ".join(pseudonym.split()), key
            session.add(case)
            session.flush()
    except IntegrityError:
        raise PseudonymTaken from None


def _require_in(case: Case, slide: Slide) -> None:
    if slide.case_id != case.id:
        raise NotFound("The slide is not in this case.")


def _note_left_out(session: Session, case: Case, slide: Slide, before: str | None, by: User) -> None:
    """Note why; what a reader wrote stays out of the audit trail, for it may name a patient."""
    was, now = ({"slide": str(slide.id), "left_out": _coded(one)} for one in (before, slide.left_out))
    audit.note(session, action="case.leave_out_slide", subject_id=case.id, by=by, before=was, after=now)


def _coded(reason: str | None) -> str | None:
    return reason if reason is None or reason in LEFT_OUT else "written"


def _key(pseudonym: str) -> str:
    return " ".join(pseudonym.split()).casefold()


def _said(user_id: UUID | None) -> str | None:
    return str(user_id) if user_id else None
