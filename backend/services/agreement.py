"""A reader's own estimates, made before the proposals were shown, against what was signed in the end."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from backend.core.errors import NotFound
from backend.db.tables import Analysis, Review, ReviewCommand, Signature, Slide, User
from backend.services import rights


@dataclass(frozen=True, slots=True)
class Compared:
    """One slide: what the reader saw alone, and what its latest signed version says; scores in foci per 4 mm²."""

    analysis_id: UUID
    slide_id: UUID
    slide: str
    read_at: datetime
    pattern: str
    estimated_focus_score: float | None
    signed_at: datetime
    signed_pattern: str | None
    signed_focus_score: float | None


def reader_of(session: Session, *, reader_id: UUID | None, by: User) -> User:
    """Return whose reads are wanted: one's own, or for a lead those of a reader of the same site.

    Raises:
        NotFound: where there is no such reader for them.
    """
    if reader_id in (None, by.id):
        return by
    reader = session.get(User, reader_id)
    if reader is None or reader.site != by.site or not rights.has_role_for(by, "manage"):
        raise NotFound("There is no such reader.")
    return reader


def of_reader(session: Session, *, reader: User, by: User) -> list[Compared]:
    """Return, in their order, a reader's own reads of reviews that are signed, of slides that `by` may see."""
    own = select(ReviewCommand).where(ReviewCommand.by_id == reader.id, ReviewCommand.kind == "read")
    reads = session.scalars(own.order_by(ReviewCommand.at)).all()
    signed = _latest_signed(session, [one.review_id for one in reads], by)
    return [_compared(one, *signed[one.review_id]) for one in reads if one.review_id in signed]


def _latest_signed(session: Session, review_ids: list[UUID], by: User) -> dict[UUID, tuple[Signature, Analysis]]:
    found = session.execute(
        select(Signature, Analysis)
        .join(Review, Review.id == Signature.review_id)
        .join(Analysis, Analysis.id == Review.analysis_id)
        .join(Slide, Slide.id == Analysis.slide_id)
        .where(Review.id.in_(review_ids), rights.may(by, "look"))
        .options(undefer(Signature.content), joinedload(Analysis.slide))
        .order_by(Signature.version)
    )
    return {signature.review_id: (signature, analysis) for signature, analysis in found}


def _compared(read: ReviewCommand, signature: Signature, analysis: Analysis) -> Compared:
    said, content = read.payload, signature.content
    return Compared(
        analysis.id, analysis.slide_id, analysis.slide.name, read.at, said["pattern"],
        said.get("estimated_focus_score"), signature.signed_at, content["fields"]["pattern"],
        content["reviewed"]["focus_score"],
    )  # fmt: skip
