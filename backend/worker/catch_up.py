"""What was lost or left, caught up: the database and the disk know what waits, the broker may have forgotten."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from time import monotonic
from uuid import UUID

from sqlalchemy.orm import Session

from backend import jobs
from backend.bucket import StoreFailed
from backend.core.disk import KEPT_FREE_BYTES
from backend.db.base import utc_now
from backend.db.session import Sessions, only_read
from backend.inbox import Inbox
from backend.services import analyses, leftovers, shapes, slides, uploads, workers
from backend.storage import Storage
from backend.worker.building import is_unbuilt
from backend.worker.execute import Workplace
from backend.worker.heart import HOST, runs_here

log = logging.getLogger(__name__)

EVERY_S = 5.0
SELDOM_S = 60.0
DRAWN_LATELY = 20
"""Reviews that are looked at once a minute: a reader cannot sign before what they drew is counted."""
BUILT_AT_ONCE, CHECKED_FOR_S = 20, 2.0
ALL_EVERY_S = 6 * 3600.0
LOOKED_BACK = timedelta(days=7)
SOON, LATE, LATE_EVERY_S = timedelta(minutes=5), timedelta(hours=1), 600.0
"""After its end whoever was at work on something may yet store a file of it: mostly soon, and as late as that."""


def send_waiting(sessions: Sessions) -> None:
    """Send a message for whatever waits. One that was not lost arrives twice, which does no harm."""
    with sessions() as session:
        only_read(session)
        inspections, runs, drawn = slides.waiting(session), analyses.waiting(session), shapes.waiting(session)
    _send(jobs.INSPECT_SLIDE, inspections)
    _send(jobs.RUN_ANALYSIS, runs)
    _send(jobs.COUNT_SHAPES, drawn)


def send_missing(sessions: Sessions, *, turns: int) -> None:
    """Send what waits where the broker holds fewer messages than that, so that some are lost or were never sent.

    Of analyses only as many are sent as this machine has `turns` at a time; each that ends sends for the next.
    """
    with sessions() as session:
        only_read(session)
        inspections, runs = slides.waiting(session), analyses.waiting(session)[:turns]
    for name, waiting in ((jobs.INSPECT_SLIDE, inspections), (jobs.RUN_ANALYSIS, runs)):
        if waiting and jobs.queued(name) < len(waiting):
            _send(name, waiting)


def send_missing_here(sessions: Sessions, *, turns: int) -> None:
    """Send what is missing as `send_missing` does; of analyses none for a device of this machine that is at one."""
    with sessions() as session:
        only_read(session)
        taken = workers.count_at(session, task=jobs.RUN_ANALYSIS, host=HOST)
    send_missing(sessions, turns=max(0, turns - taken))


def send_uncounted(sessions: Sessions) -> None:
    """Send what was drawn lately and nobody has counted, where the broker holds no message."""
    _send_where_none_is_queued(sessions, jobs.COUNT_SHAPES, partial(shapes.waiting, newest=DRAWN_LATELY))


def send_half_built(sessions: Sessions) -> None:
    """Send some of what there was no room or no store for as it was built, where nothing else waits to be done."""
    _send_where_none_is_queued(sessions, jobs.BUILD_LEVELS, partial(slides.half_built, most=BUILT_AT_ONCE))


def _send_where_none_is_queued(sessions: Sessions, name: str, find: Callable[[Session], Sequence[UUID]]) -> None:
    with sessions() as session:
        only_read(session)
        found = find(session)
    if found and not jobs.queued(name):
        _send(name, found)


def bury_dead(sessions: Sessions) -> None:
    """Free what dead workers held, and have it done by others; nobody who writes is waited for in vain."""
    with sessions() as session:
        only_read(session)
        if not workers.dead(session, host=HOST, runs=runs_here):
            return
    with sessions.begin() as session:
        dead = workers.bury(session, host=HOST, runs=runs_here)
    for worker in dead:
        log.warning("Worker %s on %s is dead; it was at %s", worker.pid, worker.host, worker.task or "nothing")
        if worker.task and worker.subject_id:
            _send(worker.task, [worker.subject_id])


def _send(name: str, subjects: Sequence[UUID]) -> None:
    for subject_id in subjects:
        jobs.send(name, subject_id)


def resume_delayed(sessions: Sessions, storage: Storage) -> None:
    """Have slides inspected that waited for room on the disk, where there is some now."""
    with sessions.begin() as session:
        slides.resume_delayed(session, free_bytes=storage.free_bytes() - KEPT_FREE_BYTES)


def forget_finished(place: Workplace) -> None:
    """Remove what was kept of slides that no analysis goes on with."""
    with place.sessions() as session:
        only_read(session)
        place.storage.remove_unfinished(partial(analyses.is_done_with, session))


class Sweep:
    """Remove files that no row speaks of: each time what ended lately may have left, now and then all there may be.

    A store is asked once for each thing that ended, so that what ended longer ago is asked for less often.
    """

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._since = utc_now() - LOOKED_BACK
        self._late_at = monotonic()
        self._all_at = monotonic() - ALL_EVERY_S

    def __call__(self) -> None:
        """Look; while the store is away nothing is forgotten."""
        now, moment = utc_now(), monotonic()
        sessions, storage = self._place.sessions, self._place.storage
        is_all, is_late = moment - self._all_at >= ALL_EVERY_S, moment - self._late_at >= LATE_EVERY_S
        back = LOOKED_BACK if is_all else LATE if is_late else SOON
        with suppress(StoreFailed):
            if is_all:
                leftovers.remove_unsigned(sessions, storage)
            leftovers.remove(sessions, storage, since=min(self._since, now - back))
            self._since = now - SOON
            self._late_at = moment if is_late or is_all else self._late_at
            self._all_at = moment if is_all else self._all_at


class Watch:
    """Look for dead workers and lost messages every few seconds, for anything else that was left once a minute.

    `turns` is how many analyses this machine runs at a time; `calls` come once the broker can be reached, for the first
    time or again. A pipe is waited for by a clock that nobody sets, an event of another process is not.
    """

    def __init__(self, place: Workplace, *, turns: int, calls: Connection) -> None:
        self._turns, self._calls, self._is_behind = turns, calls, False
        self._place, self._inbox = place, Inbox(place.storage.uploads)
        self._sweep = Sweep(place)
        self._seldom = monotonic()
        self._unchecked = deque[UUID]()

    def run(self) -> None:
        """Wait, and look, as long as the worker runs; a database or broker that does not answer is asked again."""
        worker = parent_process()
        while worker is None or worker.is_alive():
            if self._calls.poll(EVERY_S):
                self._calls.recv_bytes()
                self._is_behind = True
            self._look()

    def _look(self) -> None:
        place, sessions = self._place, self._place.sessions
        if self._is_behind:
            self._is_behind = not _goes_well(self._catch_up)
        looks: list[Callable[[], object]] = [
            partial(bury_dead, sessions),
            partial(send_missing_here, sessions, turns=self._turns),
            self._send_unbuilt,
        ]
        if monotonic() - self._seldom > SELDOM_S:
            self._seldom = monotonic()
            looks += [
                partial(send_uncounted, sessions),
                partial(send_half_built, sessions),
                partial(resume_delayed, sessions, place.storage),
                partial(forget_finished, place),
                partial(uploads.recover, sessions, self._inbox, place.storage),
                self._sweep,
            ]
        for look in looks:
            _goes_well(look)

    def _catch_up(self) -> None:
        """Send what the broker may have lost while it, or every worker, was away."""
        send_waiting(self._place.sessions)
        with self._place.sessions() as session:
            only_read(session)
            self._unchecked = deque(slides.viewable(session))

    def _send_unbuilt(self) -> None:
        """Go on to send the slides whose levels are missing: a store is asked for each, and the other looks wait."""
        until = monotonic() + CHECKED_FOR_S
        while self._unchecked and monotonic() < until:
            if is_unbuilt(self._place, self._unchecked[0]):
                jobs.send(jobs.BUILD_LEVELS, self._unchecked[0])
            self._unchecked.popleft()


def _goes_well(look: Callable[[], object]) -> bool:
    """Look, so that whatever goes wrong keeps nobody from looking for the rest; say whether it went well."""
    try:
        look()
    except Exception:
        log.exception("Looking for what was left failed")
        return False
    return True
