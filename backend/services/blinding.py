"""What a reader may not see yet: in a case that is read blind first, proposals wait for the reader's own read."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from backend.db.tables import Analysis, Case, Review, ReviewCommand, ReviewSummary, Slide, User

WITHHELD = "Hidden until you have recorded your own read."


def is_withheld(user: User) -> ColumnElement[bool]:
    """Say, of a row with `Case` and `Analysis` in it, whether what was proposed is still withheld from a user.

    Whoever has done anything in the review has seen it, and a signed review can be read by all.
    """
    acted = exists().where(
        Review.analysis_id == Analysis.id, ReviewCommand.review_id == Review.id, ReviewCommand.by_id == user.id
    )
    signed = exists().where(ReviewSummary.analysis_id == Analysis.id, ReviewSummary.status == "signed")
    seen = or_(acted.correlate(Analysis), signed.correlate(Analysis))
    return and_(Case.id.is_not(None), Case.blind_first.is_(True), ~seen)


def withheld_from(session: Session, *, analyses: Collection[Analysis], user: User) -> set[UUID]:
    """Return those of the analyses whose proposals are withheld from a user."""
    ids = [one.id for one in analyses]
    asked = select(Analysis.id).join(Slide, Slide.id == Analysis.slide_id).join(Case, Case.id == Slide.case_id)
    return set(session.scalars(asked.where(Analysis.id.in_(ids), is_withheld(user))))
