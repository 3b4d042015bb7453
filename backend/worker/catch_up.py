"""Messages that were lost, sent again: the database knows what waits, the broker may have forgotten."""

import logging
from threading import Event, Thread

from backend import jobs
from backend.db.session import Sessions, only_read
from backend.services import analyses, shapes, slides

log = logging.getLogger(__name__)

EVERY_S = 60.0


def send_waiting(sessions: Sessions) -> None:
    """Send a message for whatever waits. One that was not lost arrives twice, which does no harm."""
    with sessions() as session:
        only_read(session)
        inspections, runs, drawn = slides.waiting(session), analyses.waiting(session), shapes.waiting(session)
    for slide_id in inspections:
        jobs.send(jobs.INSPECT_SLIDE, slide_id)
    for analysis_id in runs:
        jobs.send(jobs.RUN_ANALYSIS, analysis_id)
    for review_id in drawn:
        jobs.send(jobs.COUNT_SHAPES, review_id)


def send_orphaned(sessions: Sessions) -> None:
    """Send a message for each analysis whose worker died without giving its own back."""
    with sessions() as session:
        only_read(session)
        orphans = analyses.orphaned(session)
    for analysis_id in orphans:
        log.warning("Analysis %s has lost its worker and is queued again", analysis_id)
        jobs.send(jobs.RUN_ANALYSIS, analysis_id)


class Watch(Thread):
    """Look for orphans once a minute, as long as the worker lives."""

    def __init__(self, sessions: Sessions) -> None:
        super().__init__(name="watch", daemon=True)
        self._sessions = sessions
        self.stopped = Event()

    def run(self) -> None:
        """Look, and wait; a database or broker that does not answer is asked again."""
        while not self.stopped.wait(EVERY_S):
            try:
                send_orphaned(self._sessions)
            except Exception:
                log.exception("Looking for orphaned analyses failed")
