"""How the installation is doing: what waits, who works, how much room there is. Counts and ids, nothing of patients."""

import logging
import shutil
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Lock, Thread
from typing import Any

from kombu.exceptions import OperationalError as BrokerError
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from backend import jobs
from backend.db.base import utc_now
from backend.db.migrate import newest_revision
from backend.db.session import Sessions
from backend.db.tables import Analysis, Slide, Worker
from backend.services import workers
from backend.storage import Storage

log = logging.getLogger(__name__)

PATIENCE_S = 3.0
"""How long each part has to answer; those who ask whether requests can be served wait for 5 s."""

ANALYSIS_STATES = ("queued", "running", "succeeded", "failed", "cancelled")
SLIDE_STATES = ("inspecting", "ready", "rejected")


@dataclass(frozen=True, slots=True)
class Installation:
    """The state of everything at one moment. A queue's length is None where the broker does not answer."""

    queues: dict[str, int | None]
    workers: list[Worker]
    analyses: dict[str, int]
    slides: dict[str, int]
    oldest_wait_s: float
    disk_free_bytes: int
    disk_bytes: int

    def workers_by_queue(self) -> Counter[tuple[str, bool]]:
        """Count the workers of each queue that are busy and that are not; none where there are none."""
        found = Counter({(queue, busy): 0 for queue in self.queues for busy in (False, True)})
        found.update((queue, one.task is not None) for one in self.workers for queue in one.queues)
        return found


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether each part answers, and whether the database has the form that this program expects."""

    database: bool
    migrations: bool
    broker: bool
    store: bool

    @property
    def all(self) -> bool:
        """Whether requests can be served."""
        return self.database and self.migrations and self.broker and self.store


def look(session: Session, storage: Storage) -> Installation:
    """Find out how the installation is doing."""
    disk = shutil.disk_usage(storage.root)
    oldest: datetime | None = session.scalar(select(func.min(Analysis.queued_at)).where(Analysis.status == "queued"))
    return Installation(
        queues={queue: _length_of(queue) for queue in jobs.QUEUES},
        workers=workers.living(session),
        analyses=_counts(session, Analysis, ANALYSIS_STATES),
        slides=_counts(session, Slide, SLIDE_STATES),
        oldest_wait_s=(utc_now() - oldest).total_seconds() if oldest else 0.0,
        disk_free_bytes=disk.free,
        disk_bytes=disk.total,
    )


class Probes:
    """Asks each part whether it answers. One that hangs is neither waited for nor asked again until it has answered."""

    def __init__(self, sessions: Sessions, storage: Storage) -> None:
        self._questions: dict[str, Callable[[], Any]] = {
            "revision": partial(_revision, sessions), "broker": jobs.broker_answers, "store": storage.answers
        }  # fmt: skip
        self._asked: dict[str, Future[Any]] = {}
        self._lock = Lock()

    def readiness(self) -> Readiness:
        """Ask all parts at once."""
        with self._lock:
            for name, question in self._questions.items():
                if name not in self._asked or self._asked[name].done():
                    self._asked[name] = _ask(question)
            asked = dict(self._asked)
        wait(asked.values(), timeout=PATIENCE_S)
        told = {name: one.result() if one.done() else None for name, one in asked.items()}
        return Readiness(
            database=told["revision"] is not None,
            migrations=told["revision"] == newest_revision(),
            broker=bool(told["broker"]),
            store=bool(told["store"]),
        )


def _ask(question: Callable[[], Any]) -> Future[Any]:
    """Ask in a thread that keeps no process from ending; a question that fails is answered None."""
    answer = Future[Any]()

    def ask() -> None:
        try:
            answer.set_result(question())
        except Exception:
            log.exception("A part could not be asked whether it answers")
            answer.set_result(None)

    Thread(target=ask, daemon=True).start()
    return answer


def _revision(sessions: Sessions) -> str | None:
    """Return the form that the database has, nothing where it has none yet, and None where it does not answer."""
    try:
        with sessions() as session:
            session.execute(text("SELECT 1"))
            try:
                return str(session.scalar(text("SELECT version_num FROM alembic_version")))
            except SQLAlchemyError:
                return ""
    except SQLAlchemyError:
        return None


def _counts(session: Session, table: type[Analysis | Slide], states: tuple[str, ...]) -> dict[str, int]:
    counted = select(table.status, func.count()).group_by(table.status)
    found: dict[str, int] = dict(session.execute(counted).all())
    return {state: found.get(state, 0) for state in states}


def _length_of(queue: str) -> int | None:
    try:
        return jobs.length_of(queue)
    except (BrokerError, OSError):
        return None
