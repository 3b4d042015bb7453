"""Where a review stands in a few columns: kept beside it, so that listing many slides replays none of them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.db.tables import Analysis, Review, ReviewSummary
from backend.services import reviews
from backend.services.reviews import Standing


def refresh(session: Session, *, analysis: Analysis) -> Standing:
    """Write the summary of a review anew, after whatever changed it in this transaction; return where it stands."""
    # Two that change one review at once would each miss the other's part: the second waits here.
    session.execute(select(Review.id).where(Review.analysis_id == analysis.id).with_for_update())
    session.flush()
    standing = reviews.standing(session, analysis=analysis)
    if (columns := of(standing)) is not None:
        session.merge(ReviewSummary(analysis_id=analysis.id, **columns))
        session.flush()
    return standing


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
