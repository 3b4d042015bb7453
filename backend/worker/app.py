"""The worker process."""

import logging
import os
from collections.abc import Sequence
from typing import Any

from celery.signals import worker_process_init, worker_ready

from backend import jobs
from backend.core.processes import die_with_parent
from backend.worker import tasks
from backend.worker.building import unbuilt
from backend.worker.catch_up import Watch, send_waiting

QUEUES = ("slides", "analyses")
NICENESS = 10


@worker_process_init.connect
def _stand_back(**_: Any) -> None:
    """Do not outlive a worker that is killed, and let whoever looks at a slide on the same machine go first."""
    die_with_parent()
    os.nice(NICENESS)


@worker_ready.connect
def _catch_up(**_: Any) -> None:
    """Send what the broker may have lost; it has just become reachable, for the first time or again."""
    place = tasks.workplace()
    send_waiting(place.sessions)
    for slide_id in unbuilt(place):
        jobs.send(jobs.BUILD_LEVELS, slide_id)


def run_worker(*, queues: Sequence[str] = QUEUES, processes: int = 2, log_level: str = "INFO") -> int:
    """Work until stopped; return the exit code.

    With two processes an uploaded slide need not wait for a running analysis to be inspected.
    """
    logging.basicConfig(level=log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    jobs.celery.conf.worker_concurrency = processes
    place = tasks.workplace()
    watch = Watch(place.sessions, place.storage)
    watch.start()
    worker = jobs.celery.Worker(
        pool="prefork", concurrency=processes, queues=list(queues), loglevel=log_level, optimization="fair"
    )
    worker.start()
    watch.stopped.set()
    return int(worker.exitcode or 0)
