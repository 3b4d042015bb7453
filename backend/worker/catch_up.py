"""What was lost or left, caught up: the database and the disk know what waits, the broker may have forgotten."""

import logging
from threading import Event, Thread

from backend import jobs
from backend.core.disk import KEPT_FREE_BYTES
from backend.db.session import Sessions, only_read
from backend.inbox import Inbox
from backend.services import analyses, shapes, slides, uploads
from backend.storage import Storage

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


def resume_delayed(sessions: Sessions, storage: Storage) -> None:
    """Have slides inspected that waited for room on the disk, where there is some now."""
    with sessions.begin() as session:
        slides.resume_delayed(session, free_bytes=storage.free_bytes() - KEPT_FREE_BYTES)


class Watch(Thread):
    """Look for orphaned analyses and uploads and slides that wait for room, once a minute while the worker lives."""

    def __init__(self, sessions: Sessions, storage: Storage) -> None:
        super().__init__(name="watch", daemon=True)
        self._sessions, self._storage = sessions, storage
        self._inbox = Inbox(storage.uploads)
        self.stopped = Event()

    def run(self) -> None:
        """Look, and wait; a database or broker that does not answer is asked again."""
        while not self.stopped.wait(EVERY_S):
            try:
                send_orphaned(self._sessions)
                resume_delayed(self._sessions, self._storage)
                uploads.recover(self._sessions, self._inbox, self._storage)
            except Exception:
                log.exception("Looking for what was orphaned failed")
