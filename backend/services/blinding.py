"""What a reader may not see yet: where slides are read blind first, proposals wait for the reader's own read."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import Session

from backend.core.errors import FocusScopeError
from backend.db.tables import Analysis, Case, Review, ReviewCommand, ReviewSummary, Slide, User

WITHHELD = "Shown once you have recorded what you see yourself."


class ProposalsWithheld(FocusScopeError):
    """The reader is to read the slide before the proposals can sway them."""

    status = 403

    def __init__(self) -> None:
        super().__init__("Record what you see yourself first: the proposals are shown after that.")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, and whether this installation wants everybody's own read first, in every case."""

    user: User
    blind_first: bool


def is_withheld(reader: Reader) -> ColumnElement[bool]:
    """Say, of a row with `Case`, if any, and `Analysis` in it, whether what was proposed is withheld from a reader.

    Whoever has done anything in the review has seen it, and a signed review can be read by all.
    """
    acted = exists().where(
        Review.analysis_id == Analysis.id, ReviewCommand.review_id == Review.id, ReviewCommand.by_id == reader.user.id
    )
    signed = exists().where(ReviewSummary.analysis_id == Analysis.id, ReviewSummary.status == "signed")
    seen = or_(acted.correlate(Analysis), signed.correlate(Analysis))
    return and_(is_asked_to_read_first(reader), Analysis.status == "succeeded", ~seen)


def is_asked_to_read_first(reader: Reader) -> ColumnElement[bool]:
    """Say, of a row with `Case`, if any, in it, whether its slides are read before the proposals are shown."""
    return true() if reader.blind_first else and_(Case.id.is_not(None), Case.blind_first.is_(True))


def withheld_from(session: Session, *, analyses: Collection[Analysis], reader: Reader) -> set[UUID]:
    """Return those of the analyses whose proposals are withheld from a reader."""
    ids = [one.id for one in analyses]
    asked = select(Analysis.id).join(Slide, Slide.id == Analysis.slide_id).outerjoin(Case, Case.id == Slide.case_id)
    return set(session.scalars(asked.where(Analysis.id.in_(ids), is_withheld(reader))))


def withheld(session: Session, *, analysis: Analysis, reader: Reader) -> bool:
    """Say whether what an analysis proposes is still to be withheld from a reader."""
    return bool(withheld_from(session, analyses=[analysis], reader=reader))


def require_shown(session: Session, *, analysis: Analysis, reader: Reader) -> None:
    """Refuse what would show proposals to a reader who is to read the slide first.

    Raises:
        ProposalsWithheld: where that is so.
    """
    if withheld(session, analysis=analysis, reader=reader):
        raise ProposalsWithheld
