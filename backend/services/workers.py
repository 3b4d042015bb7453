"""Which workers live and what they do.

Every worker process has a row and gives signs of life in it. What is worked on is held by that row: when the row goes,
because its process said goodbye or has been silent for too long, the work is free again.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, delete, func, select, true, update
from sqlalchemy.orm import Session

from backend import jobs
from backend.db.base import utc_now
from backend.db.tables import Analysis, Worker
from backend.services import parts

SILENT_FOR = timedelta(seconds=20)
"""A worker that has not been heard of for so long is dead."""

IDLE: dict[str, Any] = {"task": None, "subject_id": None, "busy_since": None}


def alive() -> ColumnElement[bool]:
    """Return the condition that a worker's row is a living one's."""
    return Worker.seen_at > utc_now() - SILENT_FOR


def beat(
    session: Session,
    *,
    worker_id: UUID,
    host: str,
    pid: int,
    queues: Sequence[str],
    idle: bool = True,
    gpus: list[Any] | None = None,
) -> None:
    """Give a sign of life, and say where the worker has nothing to do.

    One that was taken for dead returns, and holds again the analysis that it still runs, unless another took that.
    """
    values = {"seen_at": utc_now(), "gpus": gpus} | (IDLE if idle else {})
    if idle:
        parts.let_go_of_all(session, worker_id=worker_id)
    if not _changed(session.execute(update(Worker).where(Worker.id == worker_id).values(**values))):
        held = IDLE if idle else _analysis_of(session, worker_id)
        session.add(Worker(id=worker_id, host=host, pid=pid, queues=list(queues), gpus=gpus, **held))


def _analysis_of(session: Session, worker_id: UUID) -> dict[str, Any]:
    mine = Analysis.worker_id == worker_id, Analysis.status == "running"
    analysis = session.scalars(select(Analysis).where(*mine)).first()
    if analysis is None:
        return IDLE
    return {"task": jobs.RUN_ANALYSIS, "subject_id": analysis.id, "busy_since": analysis.started_at}


def take(session: Session, *, worker_id: UUID | None, task: str, subject_id: UUID) -> bool:
    """Note what a worker begins to work on; False where another living one works on that."""
    if is_held(session, task=task, subject_id=subject_id, but_by=worker_id):
        return False
    doing = {"task": task, "subject_id": subject_id, "busy_since": utc_now()}
    session.execute(update(Worker).where(Worker.id == worker_id).values(**doing))
    return True


def is_held(session: Session, *, task: str, subject_id: UUID, but_by: UUID | None = None) -> bool:
    """Say whether a living worker works on that."""
    holder = select(Worker.id).where(Worker.task == task, Worker.subject_id == subject_id, alive())
    return any(one != but_by for one in session.scalars(holder))


def count_at(session: Session, *, task: str, host: str) -> int:
    """Return how many living workers of a machine are at a task."""
    there = select(func.count()).where(Worker.task == task, Worker.host == host, alive())
    return session.scalar(there) or 0


def count_idle(session: Session, *, queue: str, but: UUID | None) -> int:
    """Return how many other living workers that take messages from a queue have nothing to do."""
    idle = select(Worker.queues).where(Worker.task.is_(None), Worker.id != but if but else true(), alive())
    return sum(queue in queues for queues in session.scalars(idle))


def leave(session: Session, *, worker_id: UUID) -> None:
    """Say goodbye."""
    session.execute(delete(Worker).where(Worker.id == worker_id))


def dead(session: Session, *, host: str, runs: Callable[[int], bool]) -> list[Worker]:
    """Return who has been silent for too long, and at once whoever worked on this `host` and no longer `runs`."""
    return [one for one in session.scalars(select(Worker)) if _is_dead(one, host, runs)]


def bury(session: Session, *, host: str, runs: Callable[[int], bool]) -> list[Worker]:
    """Remove the rows of dead workers and return them."""
    found = dead(session, host=host, runs=runs)
    for one in found:
        session.expunge(one)
    return [one for one in found if _changed(session.execute(delete(Worker).where(Worker.id == one.id)))]


def bury_all(session: Session) -> None:
    """Say that no worker is alive."""
    session.execute(delete(Worker))


def living(session: Session) -> list[Worker]:
    """Return the workers that are alive, those that have lived longest first."""
    return list(session.scalars(select(Worker).where(alive()).order_by(Worker.started_at)))


def _is_dead(worker: Worker, host: str, runs: Callable[[int], bool]) -> bool:
    return worker.seen_at < utc_now() - SILENT_FOR or (worker.host == host and not runs(worker.pid))


def _changed(result: object) -> bool:
    return isinstance(result, CursorResult) and result.rowcount > 0
