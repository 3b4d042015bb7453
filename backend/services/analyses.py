"""Analyses: queue, follow, cancel, read."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, defer

from backend import jobs
from backend.core.errors import Conflict, FocusScopeError, NotFound
from backend.core.findings import STAGES, Findings, Lesion, NetworkUsed, Stage
from backend.db.base import utc_now
from backend.db.session import after_commit
from backend.db.tables import Analysis, Slide, User, Worker
from backend.services import audit, summaries, workers
from backend.services.slides import reason_not_analysable

SHARE: dict[Stage, float] = {
    "tissue": 0.03,
    "roi": 0.12,
    "stain": 0.05,
    "segmentation": 0.60,
    "lesions": 0.05,
    "lymphocytes": 0.10,
    "attention": 0.05,
}
"""How much of the whole each stage is, for one overall progress bar."""


RETRIED_WITHIN = timedelta(days=7)
"""For so long what a failed analysis had found is kept for another one of its slide, which goes on from there."""


TURN_FORGOTTEN_AFTER = timedelta(days=1)
"""Whoever had no turn for so long goes before everybody who had one."""


class NotAnalysable(FocusScopeError):
    """The slide can be viewed but not analysed."""

    status = 422


class AlreadyAnalysing(Conflict):
    """One analysis of a slide at a time."""

    def __init__(self) -> None:
        super().__init__("An analysis of this slide is already queued or running.")


def get(session: Session, *, analysis_id: UUID) -> Analysis:
    """Return an analysis.

    Raises:
        NotFound: where there is none.
    """
    analysis = session.get(Analysis, analysis_id)
    if analysis is None:
        raise NotFound("There is no such analysis; its slide may have been deleted.")
    return analysis


def queue(session: Session, *, slide: Slide, by: User, urgent: bool = False) -> Analysis:
    """Ask for an analysis of a slide; the message leaves once the row is stored.

    Raises:
        NotAnalysable: with the reason.
        AlreadyAnalysing: where one is queued or running; the database sees to it that two requests cannot both win.
    """
    if reason := reason_not_analysable(slide):
        raise NotAnalysable(reason)
    analysis = Analysis(slide_id=slide.id, requested_by=by, urgent=urgent)
    session.add(analysis)
    try:
        session.flush()
    except IntegrityError as error:
        raise AlreadyAnalysing from error
    summaries.keep_score(session, slide_id=slide.id)
    audit.note(session, action="analysis.queue", subject_id=analysis.id, by=by, after={"slide": str(slide.id)})
    after_commit(session, partial(jobs.send, jobs.RUN_ANALYSIS, analysis.id))
    return analysis


def queue_each(session: Session, *, slides: Sequence[Slide], by: User) -> list[Analysis | str]:
    """Ask for an analysis of each slide; where that cannot be, say why instead, and go on with the others."""
    answers: list[Analysis | str] = []
    for slide in slides:
        try:
            with session.begin_nested():
                answers.append(queue(session, slide=slide, by=by))
        except FocusScopeError as error:
            answers.append(error.sentence)
    return answers


def cancel(session: Session, *, analysis: Analysis, by: User) -> None:
    """End an analysis. It is over at once; a worker that has it notices when it next reports, and stops.

    Raises:
        Conflict: where it is already over.
    """
    session.refresh(analysis, with_for_update=True)
    if analysis.status not in ("queued", "running"):
        raise Conflict("The analysis is already over.")
    analysis.status, analysis.finished_at = "cancelled", utc_now()
    audit.note(session, action="analysis.cancel", subject_id=analysis.id, by=by)


def of_slide(session: Session, *, slide: Slide) -> list[Analysis]:
    """Return all analyses of a slide, newest first."""
    return list(session.scalars(select(Analysis).where(Analysis.slide_id == slide.id).order_by(*NEWEST_FIRST)))


def current_of(session: Session, *, slides: Collection[Slide]) -> dict[UUID, Analysis]:
    """Return the analysis that each slide stands by, of those that have one: the newest signed, else the newest."""
    current = select(Analysis).where(Analysis.slide_id.in_([slide.id for slide in slides]), summaries.is_current())
    return {one.slide_id: one for one in session.scalars(current.options(defer(Analysis.details)))}


def waiting(session: Session) -> list[UUID]:
    """Return the analyses that wait for a worker, in the order in which they are to be taken.

    What lost its worker comes first, then what is urgent. Sites take turns, and the users of each: an analysis has its
    place in the line of whoever asked for it, and that one in the line of the slide's site, both behind those that
    already run, so that somebody's tenth waits behind everybody's first, and a site's tenth behind every site's. Of
    those in the same place, whoever had a turn longest ago is next, or one device would follow one line to its end.
    """
    lines = _lines()
    started, of = aliased(Analysis), aliased(Slide)
    running = select(func.count()).select_from(started).join(of, of.id == started.slide_id)
    running = running.where(started.status == "running", of.site == lines.c.site)
    in_line = lines.c.urgent.desc(), lines.c.place, lines.c.turn.nulls_first(), lines.c.queued_at, lines.c.id
    place = running.scalar_subquery() + func.row_number().over(partition_by=lines.c.site, order_by=in_line)
    turns = _turns(Slide.site)
    queued = select(lines.c.id).outerjoin(turns, turns.c.whose == lines.c.site)
    queued = queued.order_by(lines.c.urgent.desc(), place, turns.c.turn.nulls_first(), *in_line[1:])
    lost = select(Analysis.id).where(orphaned()).order_by(Analysis.queued_at)
    return [*session.scalars(lost), *session.scalars(queued)]


def is_any_waiting(session: Session) -> bool:
    """Say whether an analysis waits for a worker."""
    waits = select(Analysis.id).where((Analysis.status == "queued") | orphaned())
    return session.scalar(waits.limit(1)) is not None


def _lines() -> Subquery:
    """Return what is queued, with its site and its place in the line of whoever asked for it."""
    started = aliased(Analysis)
    running = select(func.count()).where(
        started.requested_by_id == Analysis.requested_by_id, started.status == "running"
    ).scalar_subquery()  # fmt: skip
    in_line = Analysis.urgent.desc(), Analysis.queued_at, Analysis.id
    place = running + func.row_number().over(partition_by=Analysis.requested_by_id, order_by=in_line)
    turns = _turns(Analysis.requested_by_id)
    found = select(Analysis.id, Analysis.urgent, Analysis.queued_at, Slide.site, place.label("place"), turns.c.turn)
    found = found.join(Slide, Slide.id == Analysis.slide_id).outerjoin(turns, turns.c.whose == Analysis.requested_by_id)
    return found.where(Analysis.status == "queued").subquery()


def _turns(whose: InstrumentedAttribute[Any]) -> Subquery:
    """Return when each site, or each user, last had a turn, as far as that is not forgotten."""
    turn = func.max(Analysis.started_at).label("turn")
    had = select(whose.label("whose"), turn).select_from(Analysis).join(Slide, Slide.id == Analysis.slide_id)
    return had.where(Analysis.started_at > utc_now() - TURN_FORGOTTEN_AFTER).group_by(whose).subquery()


def running(session: Session) -> list[Analysis]:
    """Return the analyses that a living worker runs, those that began first first."""
    begun = select(Analysis).where(Analysis.status == "running", ~orphaned()).order_by(Analysis.started_at)
    return list(session.scalars(begun))


def is_over(session: Session, analysis_id: UUID) -> bool:
    """Say whether nobody will work on an analysis any more; also where there is none."""
    under_way = Analysis.id == analysis_id, Analysis.status.in_(("queued", "running"))
    return session.scalar(select(Analysis.id).where(*under_way)) is None


def is_done_with(session: Session, slide_id: UUID) -> bool:
    """Say whether no analysis will go on with what one of this slide has kept; one that failed may yet be retried."""
    newest = select(Analysis.status, Analysis.finished_at).where(Analysis.slide_id == slide_id)
    status, finished_at = session.execute(newest.order_by(*NEWEST_FIRST).limit(1)).one_or_none() or ("", None)
    if status == "failed" and finished_at:
        return bool(finished_at < utc_now() - RETRIED_WITHIN)
    return status not in ("queued", "running")


def orphaned() -> ColumnElement[bool]:
    """Return the condition that a running analysis has lost its worker: nobody alive works on it."""
    holder = Worker.id == Analysis.worker_id, Worker.subject_id == Analysis.id, workers.alive()
    return (Analysis.status == "running") & ~exists().where(*holder)


def progress(analysis: Analysis) -> float:
    """Return how much of the whole is done, 0 to 1."""
    if analysis.status == "succeeded":
        return 1.0
    return sum(SHARE[stage] * stage_fraction(analysis, stage) for stage in STAGES)


def stage_fraction(analysis: Analysis, stage: Stage) -> float:
    """Return how much of one stage is done, 0 to 1."""
    if analysis.status == "succeeded":
        return 1.0
    if analysis.stage not in STAGES:
        return 0.0
    distance = STAGES.index(analysis.stage) - STAGES.index(stage)
    return analysis.stage_fraction if distance == 0 else float(distance > 0)


def findings(analysis: Analysis) -> Findings:
    """Return what the analysis found, as the pipeline said it.

    Raises:
        Conflict: where it has not succeeded.
    """
    if analysis.status != "succeeded" or analysis.details is None:
        raise Conflict("The analysis has no findings: it has not succeeded.")
    details = {**analysis.details, "networks": [NetworkUsed(**one) for one in analysis.details["networks"]]}
    return Findings(
        focus_score=analysis.focus_score,
        focus_score_reason=analysis.focus_score_reason,
        focus_score_low=analysis.focus_score_low,
        focus_score_high=analysis.focus_score_high,
        foci=analysis.foci or 0,
        glandular_area_mm2=analysis.glandular_area_mm2 or 0.0,
        area_fraction=analysis.area_fraction,
        lesions=[
            Lesion(
                id=str(lesion.id),
                polygon=lesion.polygon,
                area_mm2=lesion.area_mm2,
                lymphocyte_count=lesion.lymphocyte_count,
                confidence=lesion.confidence,
                counts_as_focus=lesion.counts_as_focus,
            )
            for lesion in analysis.lesions
        ],
        **details,
    )


NEWEST_FIRST = (Analysis.queued_at.desc(), Analysis.id.desc())
