"""What a worker may write about the analysis that it runs.

A worker claims an analysis and gets a `Claim`. Each claim has a higher attempt number than the one before, and only the
latest may write: a worker that was thought dead cannot spoil the work of its successor.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from backend import jobs
from backend.core.errors import FocusScopeError
from backend.core.findings import Findings, Stage
from backend.db.base import utc_now
from backend.db.tables import Analysis, Lesion
from backend.services import analyses, audit, summaries, workers

MOST_ATTEMPTS = 3

COLUMNS = (
    "focus_score",
    "focus_score_reason",
    "focus_score_low",
    "focus_score_high",
    "foci",
    "glandular_area_mm2",
    "area_fraction",
)
"""The findings that have a column of their own; lesions have a table, the rest is in `details`."""


class ClaimLost(Exception):
    """Another worker has the analysis now, or it is over, perhaps cancelled: stop, and write nothing."""


class GivenUp(FocusScopeError):
    """The analysis keeps ending its worker."""

    status = 500


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to write about one analysis."""

    analysis_id: UUID
    attempt: int


def claim_next(session: Session, *, worker_id: UUID | None) -> Claim | None:
    """Take the analysis whose turn it is; None where nothing waits."""
    turns = (claim(session, analysis_id=one, worker_id=worker_id) for one in analyses.waiting(session))
    return next((taken for taken in turns if taken), None)


def claim(session: Session, *, analysis_id: UUID, worker_id: UUID | None = None) -> Claim | None:
    """Take a queued analysis, or one whose worker died; None where it is over or in good hands."""
    analysis = session.get(Analysis, analysis_id)
    if analysis is None:
        return None
    mine = Claim(analysis_id, analysis.attempt + 1)
    taken = _write(
        session,
        Claim(analysis_id, analysis.attempt),
        or_(Analysis.status == "queued", analyses.orphaned()),
        status="running",
        attempt=mine.attempt,
        worker_id=worker_id,
        started_at=utc_now(),
        stage=None,
        stage_fraction=0.0,
        stage_seconds={},
        mpp_x=analysis.slide.mpp_x,
        mpp_y=analysis.slide.mpp_y,
    )
    if taken:
        workers.take(session, worker_id=worker_id, task=jobs.RUN_ANALYSIS, subject_id=analysis_id)
        audit.note(session, action="analysis.start", subject_id=analysis_id, by=None, after={"attempt": mine.attempt})
    return mine if taken else None


def report(session: Session, *, claim: Claim, stage: Stage, fraction: float, seconds: dict[str, float]) -> None:
    """Record progress.

    Raises:
        ClaimLost: where the analysis is no longer this worker's, or was cancelled.
    """
    _hold(
        session,
        claim,
        stage=stage,
        stage_fraction=min(max(fraction, 0.0), 1.0),
        stage_seconds=seconds,
    )


def record(session: Session, *, claim: Claim, findings: Findings) -> None:
    """Store all findings and end the analysis, in one transaction.

    Raises:
        ClaimLost: where the analysis is no longer this worker's; then nothing is stored.
    """
    own = {*COLUMNS, "lesions"}
    details: dict[str, Any] = {
        field.name: asdict(findings)[field.name] for field in fields(findings) if field.name not in own
    }
    columns: dict[str, Any] = {name: getattr(findings, name) for name in COLUMNS}
    columns["warning_count"] = len(findings.warnings)
    _hold(session, claim, **columns, details=details, stage_seconds=findings.seconds, **_over("succeeded"))
    session.add_all(_lesion_rows(claim.analysis_id, findings))
    of_slide = select(Analysis.slide_id).where(Analysis.id == claim.analysis_id)
    summaries.keep_score(session, slide_id=session.scalars(of_slide).one())
    _note_end(session, claim, "succeed", {"networks": {used.name: used.sha256 for used in findings.networks}})


def fail(session: Session, *, claim: Claim, sentence: str) -> None:
    """End the analysis with the sentence that says why."""
    _hold(session, claim, failure=sentence, **_over("failed"))
    _note_end(session, claim, "fail", {"failure": sentence})


def _over(status: str) -> dict[str, Any]:
    return {"status": status, "finished_at": utc_now()}


def _hold(session: Session, claim: Claim, **values: Any) -> None:
    if not _write(session, claim, Analysis.status == "running", **values):
        raise ClaimLost


def _write(session: Session, claim: Claim, condition: Any, **values: Any) -> bool:
    """Update the row if it is still at this attempt and `condition` holds; say whether it was."""
    mine = Analysis.id == claim.analysis_id, Analysis.attempt == claim.attempt
    result = session.execute(update(Analysis).where(*mine, condition).values(**values))
    assert isinstance(result, CursorResult)  # noqa: S101 - for the type checker
    return result.rowcount == 1


def _lesion_rows(analysis_id: UUID, findings: Findings) -> list[Lesion]:
    return [
        Lesion(
            analysis_id=analysis_id,
            id=UUID(lesion.id),
            number=number,
            polygon=lesion.polygon,
            area_mm2=lesion.area_mm2,
            lymphocyte_count=lesion.lymphocyte_count,
            confidence=lesion.confidence,
            counts_as_focus=lesion.counts_as_focus,
        )
        for number, lesion in enumerate(findings.lesions, 1)
    ]


def _note_end(session: Session, claim: Claim, verb: str, after: dict[str, Any] | None) -> None:
    audit.note(session, action=f"analysis.{verb}", subject_id=claim.analysis_id, by=None, after=after)
