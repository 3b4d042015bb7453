"""What a reader may not see yet: in a case that is read blind first, proposals wait for the reader's own read."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from backend.db.tables import Analysis, Case, Review, ReviewCommand, Slide, User

HIDDEN = "Hidden until you have recorded your own read."


def is_hidden(user: User) -> ColumnElement[bool]:
    """Say, of a row with `Case` and `Analysis` in it, whether what was proposed is hidden from a user."""
    read = exists().where(
        Review.analysis_id == Analysis.id, ReviewCommand.review_id == Review.id,
        ReviewCommand.kind == "read", ReviewCommand.by_id == user.id,
    )  # fmt: skip
    return and_(Case.id.is_not(None), Case.blind_first.is_(True), ~read.correlate(Analysis))


def hidden_from(session: Session, *, analyses: Collection[Analysis], user: User) -> set[UUID]:
    """Return those of the analyses whose proposals are hidden from a user."""
    ids = [one.id for one in analyses]
    asked = select(Analysis.id).join(Slide, Slide.id == Analysis.slide_id).join(Case, Case.id == Slide.case_id)
    return set(session.scalars(asked.where(Analysis.id.in_(ids), is_hidden(user))))
