"""Signs of life of one worker process, and whether it is at work."""

import logging
import os
import socket
from collections.abc import Sequence
from threading import Event, Lock, Thread
from uuid import UUID, uuid4

from backend.db.session import Sessions
from backend.jobs import GPU
from backend.services import workers
from backend.worker import gpus

log = logging.getLogger(__name__)

EVERY_S = 5.0
HOST = socket.gethostname()


class Heart(Thread):
    """Beat in the database every few seconds; a database that does not answer is asked again."""

    def __init__(self, sessions: Sessions, queues: Sequence[str]) -> None:
        super().__init__(name="heart", daemon=True)
        self.worker_id: UUID = uuid4()
        self._sessions, self._queues = sessions, queues
        self._lock, self._stopped = Lock(), Event()
        self._idle = True

    def run(self) -> None:
        """Beat until stopped."""
        while not self._stopped.is_set():
            self._beat()
            self._stopped.wait(EVERY_S)

    def begin(self) -> None:
        """Say that a task begins; what it is, whoever takes it notes."""
        with self._lock:
            self._idle = False

    def rest(self) -> None:
        """Say that the task is over, and free what it held; if that fails now, the next beat does it."""
        with self._lock:
            self._idle = True
        self._beat()

    def stop(self) -> None:
        """Say goodbye."""
        self._stopped.set()
        with self._lock, self._sessions.begin() as session:
            workers.leave(session, worker_id=self.worker_id)

    def _beat(self) -> None:
        try:
            with self._lock, self._sessions.begin() as session:
                workers.beat(
                    session, worker_id=self.worker_id, host=HOST, pid=os.getpid(), queues=self._queues,
                    idle=self._idle, gpus=gpus.seen() if GPU in self._queues else None,
                )  # fmt: skip
        except Exception:
            log.warning("No sign of life could be given: the database does not answer")


def runs_here(pid: int) -> bool:
    """Say whether a process of this machine is running."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
