"""Wait for what a worker does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from backend.db.session import Sessions, only_read
from backend.db.tables import Analysis
from backend.services import analyses


def wait_for(condition: Callable[[], Any], seconds: float, log: Path) -> None:
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, log.read_text()
        sleep(0.05)


@contextmanager
def looking(sessions: Sessions) -> Iterator[Session]:
    """Look at the database again and again without keeping the workers from writing."""
    with sessions() as session:
        only_read(session)
        yield session


def read(sessions: Sessions, analysis_id: UUID) -> Analysis:
    with looking(sessions) as session:
        return analyses.get(session, analysis_id=analysis_id)
