"""Inspect a slide; run an analysis; count what a reader drew.

Each transaction is short, and none is open while pixels are read.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from backend.bucket import StoreFailed
from backend.core.disk import is_full
from backend.core.errors import FocusScopeError, NoRoom, SlideUnreadable
from backend.core.findings import Findings, Rings, Stage
from backend.db.session import Sessions, patiently
from backend.db.tables import Analysis
from backend.services import analyses, runs, shapes, slides
from backend.services.runs import Claim, ClaimLost
from backend.storage import Storage, write_atomically
from backend.worker.progress import Reporter
from backend.worker.unpack import forget, is_archive, unpack
from backend.wsi.arrival.receive import CRASHED, Arrival, receive
from backend.wsi.slide import Mpp, Slide

log = logging.getLogger(__name__)

CRASHES = (
    "The analysis ended its process {times} times, probably for want of memory; the administrator's log says more."
)

Analyse: TypeAlias = Callable[[Slide, Callable[[Stage, float], None], Path], Findings]
"""Takes an open slide, where to report progress, and an empty folder for its maps."""

Count: TypeAlias = Callable[[Slide, Mapping[UUID, Rings], dict[str, Any]], dict[UUID, int]]
"""Takes an open slide, outlines by id, and the stain of the analysis; returns lymphocytes by id."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a worker works with."""

    sessions: Sessions
    storage: Storage
    worker_id: UUID | None = None


def inspect(place: Workplace, slide_id: UUID) -> None:
    """Find out what an uploaded file is: a slide with a thumbnail, or rejected with a sentence.

    Where the disk is full, what arrived is kept and waits. Safe to repeat.
    """
    with place.sessions.begin() as session:
        slide = slides.begin_inspection(session, slide_id=slide_id, worker_id=place.worker_id)
    if slide is None:
        return
    try:
        arrival = _receive(place, slide_id, slide.entry, slide.crashes)
    except SlideUnreadable as error:
        _reject(place, slide_id, error.sentence)
    except (NoRoom, StoreFailed) as error:
        _delay(place, slide_id, error)
    except OperationalError:  # the database went away: the slide waits, and is found again
        raise
    except Exception:
        log.exception("Inspecting slide %s failed", slide_id)
        _reject(place, slide_id, "The file could not be inspected because of a fault, which has been logged.")
    else:
        with place.sessions.begin() as session:
            slides.was_accepted(session, slide_id=slide_id, arrival=arrival)


def _receive(place: Workplace, slide_id: UUID, entry: str, crashes: int) -> Arrival:
    if crashes > slides.MOST_TRIES:
        raise SlideUnreadable(CRASHED)
    try:
        with place.storage.working(slide_id):
            if is_archive(entry):
                entry = unpack(place.sessions, place.storage, slide_id=slide_id, entry=entry)
            arrival = receive(place.storage.slide_folder(slide_id), entry)
            write_atomically(place.storage.thumbnail(slide_id), arrival.thumbnail)
    except OSError as error:
        if is_full(error):
            raise NoRoom from error
        raise
    return arrival


def _delay(place: Workplace, slide_id: UUID, reason: FocusScopeError) -> None:
    """Wait for room or for the store, and take no room meanwhile; `worker.catch_up` looks for it."""
    log.warning("The disk is full or the store away, so slide %s has to wait", slide_id)
    with suppress(StoreFailed):  # the next try forgets it
        forget(place.sessions, place.storage, slide_id=slide_id)
    with place.sessions.begin() as session:
        slides.was_delayed(session, slide_id=slide_id, sentence=reason.sentence)


def _reject(place: Workplace, slide_id: UUID, sentence: str) -> None:
    try:
        forget(place.sessions, place.storage, slide_id=slide_id)
    except StoreFailed as error:
        _delay(place, slide_id, error)
        return
    with place.sessions.begin() as session:
        slides.was_rejected(session, slide_id=slide_id, sentence=sentence, storage=place.storage)


def count_shapes(place: Workplace, review_id: UUID, count: Count) -> None:
    """Count the lymphocytes of the lesions drawn in a review, where they are not known yet. Safe to repeat."""
    with place.sessions() as session:
        wanted = shapes.uncounted(session, review_id=review_id, storage=place.storage)
    if wanted is None:
        return
    with place.storage.reading(wanted.slide_id), Slide(wanted.file, mpp=Mpp(*wanted.mpp_xy)) as slide:
        counts = count(slide, wanted.polygons, wanted.stain)
    with place.sessions.begin() as session:
        shapes.was_counted(session, review_id=review_id, counts=counts)


def claim_next(place: Workplace) -> Claim | None:
    """Take the analysis whose turn it is; None where nothing waits."""
    return patiently(place.sessions, partial(runs.claim_next, worker_id=place.worker_id))


def execute(place: Workplace, claim: Claim, analyse: Analyse) -> None:
    """Run an analysis that was claimed, and record how it ended."""
    try:
        _run(place, claim, analyse)
    except ClaimLost:
        log.warning("Analysis %s was cancelled, or is another worker's now", claim.analysis_id)
    except FocusScopeError as error:
        _fail(place, claim, error.sentence)
    except SoftTimeLimitExceeded:
        _fail(place, claim, "The analysis took longer than this server allows and was stopped.")
    except Exception:
        log.exception("Analysis %s failed", claim.analysis_id)
        _fail(place, claim, f"A fault stopped the analysis; the log has it under {claim.analysis_id}.")


def _run(place: Workplace, claim: Claim, analyse: Analyse) -> None:
    """Analyse and record; maps and findings appear together."""
    with place.sessions() as session:
        analysis = analyses.get(session, analysis_id=claim.analysis_id)
        stored, mpp = analysis.slide, mpp_of(analysis)
        of = analysis.slide_id, analysis.id
    with place.storage.reading(stored.id), place.storage.drafting_maps(*of) as maps:
        if claim.attempt > runs.MOST_ATTEMPTS:
            raise runs.GivenUp(CRASHES.format(times=runs.MOST_ATTEMPTS))
        with Slide(slides.file_of(stored, place.storage), mpp=mpp) as slide:
            findings = analyse(slide, Reporter(place.sessions, claim), maps)

        def record(session: Session) -> None:
            runs.record(session, claim=claim, findings=findings)
            place.storage.keep_maps(maps, *of)

        patiently(place.sessions, record)


def mpp_of(analysis: Analysis) -> Mpp | None:
    """Return the pixel size that the slide had when the analysis began."""
    return Mpp(analysis.mpp_x, analysis.mpp_y) if analysis.mpp_x and analysis.mpp_y else None


def _fail(place: Workplace, claim: Claim, sentence: str) -> None:
    try:
        patiently(place.sessions, partial(runs.fail, claim=claim, sentence=sentence))
    except ClaimLost:
        log.warning("Analysis %s ended, but was cancelled, or is another worker's now", claim.analysis_id)
