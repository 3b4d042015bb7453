"""Cases: the slides of one biopsy under a pseudonym, and who reads them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, FocusScopeError, NotFound
from backend.db.tables import Case, Slide, User
from backend.services import audit


class PseudonymTaken(Conflict):
    """Two cases that look alike would be taken for each other."""

    def __init__(self) -> None:
        super().__init__("Another case has this pseudonym already.")


class PseudonymEmpty(FocusScopeError):
    """A case that nobody can tell from others."""

    status = 422

    def __init__(self) -> None:
        super().__init__("A case needs a pseudonym.")


def get(session: Session, *, case_id: UUID) -> Case:
    """Return a case.

    Raises:
        NotFound: where there is none.
    """
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound("There is no such case; it may have been deleted.")
    return case


def find(session: Session, *, search: str, most: int) -> list[Case]:
    """Return the newest cases whose pseudonym holds `search`."""
    matching = select(Case).where(Case.pseudonym_key.contains(_key(search), autoescape=True))
    return list(session.scalars(matching.order_by(Case.created_at.desc(), Case.id).limit(most)))


def create(session: Session, *, pseudonym: str, by: User) -> Case:
    """Begin a case without slides.

    Raises:
        PseudonymTaken, PseudonymEmpty: where the pseudonym does not serve.
    """
    case = Case(created_by=by)
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
    if reader_id and (reader is None or reader.disabled_at is not None):
        raise NotFound("There is no such reader.")
    before, case.assigned_to = case.assigned_to_id, reader
    session.flush()
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
        Conflict: where one belongs to another case: nothing is taken out of a sum unseen.
    """
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
    if slide.case_id != case.id:
        raise NotFound("The slide is not in this case.")
    slide.case = None
    session.flush()
    audit.note(session, action="case.remove_slide", subject_id=case.id, by=by, before={"slide": str(slide.id)})


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


def _key(pseudonym: str) -> str:
    return " ".join(pseudonym.split()).casefold()


def _said(user_id: UUID | None) -> str | None:
    return str(user_id) if user_id else None
