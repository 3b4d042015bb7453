"""Where a review stands in a few columns: kept beside it, so that listing many slides replays none of them."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Update, Uuid, bindparam, case, exists, func, select, tuple_, update
from sqlalchemy.orm import Session, aliased, joinedload

from backend.core.focus_score import FocusScore
from backend.db.tables import Analysis, Lesion, ReviewSummary, Slide, User
from backend.services import reviews
from backend.services.reviews import Standing

ReviewStatus = Literal["ready", "in_review", "amending", "signed"]
SIGNED: tuple[ReviewStatus, ...] = ("signed", "amending")
"""A review that was signed, whether or not it is being amended."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a review is; `row` is None while no reader has done anything."""

    row: ReviewSummary | None
    total: int

    @property
    def status(self) -> ReviewStatus:
        """How far in a word."""
        return cast(ReviewStatus, self.row.status) if self.row else "ready"

    @property
    def reviewed(self) -> FocusScore:
        """The reviewed focus score."""
        row = self.row
        if row is None:
            reason = reviews.NOTHING_DECIDED if self.total else reviews.NOTHING_PROPOSED
            return FocusScore(0, None, None, None, None, reason)
        return FocusScore(row.foci, row.glandular_area_mm2, row.focus_score, row.low, row.high, row.reason)


def progress_of(session: Session, *, analyses: Collection[Analysis]) -> dict[UUID, Progress]:
    """Return how far the reviews are, for those of the analyses that succeeded, in two queries."""
    ids = [one.id for one in analyses if one.status == "succeeded"]
    named = joinedload(ReviewSummary.last_reader, innerjoin=True).load_only(User.display_name)
    found = session.scalars(select(ReviewSummary).where(ReviewSummary.analysis_id.in_(ids)).options(named))
    rows = {one.analysis_id: one for one in found}
    totals = {analysis_id: row.total for analysis_id, row in rows.items()}
    if begun_by_nobody := set(ids) - set(rows):
        counts = select(Lesion.analysis_id, func.count()).where(Lesion.analysis_id.in_(begun_by_nobody))
        totals |= dict(session.execute(counts.group_by(Lesion.analysis_id)).all())
    return {one: Progress(rows.get(one), totals.get(one, 0)) for one in ids}


def is_signed(analysis: type[Analysis]) -> ColumnElement[bool]:
    """Say, as SQL, whether the review of an analysis is signed."""
    signed = exists().where(ReviewSummary.analysis_id == analysis.id, ReviewSummary.status.in_(SIGNED))
    return signed.correlate(analysis)


@cache
def is_current() -> ColumnElement[bool]:
    """Say, of a row with `Analysis`, whether its slide stands by it: the newest that is signed, else the newest."""
    # Both databases answer this from the index alone; a subquery for the newest takes PostgreSQL nearly twice as long.
    other = aliased(Analysis)
    is_newer = tuple_(other.queued_at, other.id) > tuple_(Analysis.queued_at, Analysis.id)
    goes_first = case((is_signed(other) == is_signed(Analysis), is_newer), else_=is_signed(other))
    others = exists().where(other.slide_id == Analysis.slide_id, other.id != Analysis.id, goes_first)
    return ~others.correlate(Analysis)


def refresh(session: Session, *, analysis: Analysis) -> Standing:
    """Write the summary of a review anew, after whatever changed it in this transaction; return where it stands."""
    # Two that change one review at once would each miss the other's part: the second waits here.
    reviews.hold(session, analysis=analysis)
    session.flush()
    standing = reviews.standing(session, analysis=analysis)
    keep(session, standing)
    return standing


def keep(session: Session, standing: Standing) -> None:
    """Write the summary of a review that this transaction holds."""
    columns, analysis = of(standing), standing.analysis
    if columns is None:
        return
    known = update(ReviewSummary).where(ReviewSummary.analysis_id == analysis.id).values(**columns)
    if session.scalar(known.returning(ReviewSummary.analysis_id)) is None:
        session.add(ReviewSummary(analysis_id=analysis.id, **columns))
        session.flush()
    keep_score(session, slide_id=analysis.slide_id)


def keep_score(session: Session, *, slide_id: UUID) -> None:
    """Write the score by which a slide is found and sorted, and its area, after whatever changed it here.

    It is the reviewed, else the predicted one, of the analysis that the slide stands by; unknown while it runs.
    """
    session.execute(_score_kept(), {"of_slide": slide_id}, execution_options={"synchronize_session": False})


@cache
def _score_kept() -> Update:
    """Return what writes the score of `of_slide`; putting it together takes longer than doing it."""
    reviewed = ReviewSummary.focus_score.is_not(None)
    of_slide = bindparam("of_slide", type_=Uuid())

    def current(of_review: Any, of_analysis: Any) -> Any:
        seen = select(case((reviewed, of_review), else_=of_analysis)).select_from(Analysis)
        seen = seen.outerjoin(ReviewSummary, ReviewSummary.analysis_id == Analysis.id)
        return seen.where(Analysis.slide_id == of_slide, is_current()).scalar_subquery()

    score = current(ReviewSummary.focus_score, Analysis.focus_score)
    area = current(ReviewSummary.glandular_area_mm2, Analysis.glandular_area_mm2)
    return update(Slide).where(Slide.id == of_slide).values(focus_score=score, glandular_area_mm2=area)


def of(standing: Standing) -> dict[str, Any] | None:
    """Return the columns that say where a review stands, or None where no reader has done anything yet."""
    row, score = standing.row, standing.reviewed.score
    if row is None or not (standing.commands or standing.signatures):
        return None
    reader, at = _last(standing)
    return {
        "status": _status(standing),
        "version": standing.state.version,
        "decided": standing.decided,
        "total": standing.total,
        "foci": score.foci,
        "glandular_area_mm2": score.glandular_area_mm2,
        "focus_score": score.value,
        "low": score.low,
        "high": score.high,
        "reason": score.reason,
        "started_at": row.started_at,
        "last_reader_id": reader,
        "last_at": at,
    }


def _status(standing: Standing) -> str:
    if standing.signed:
        return "signed"
    return "amending" if standing.signatures else "in_review"


def _last(standing: Standing) -> tuple[Any, Any]:
    """Return who did something last, and when."""
    if standing.signed or not standing.commands:
        return standing.signatures[-1].signed_by_id, standing.signatures[-1].signed_at
    return standing.commands[-1].by, standing.commands[-1].at
