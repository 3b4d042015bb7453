"""The worker process."""

import os
from collections.abc import Sequence
from typing import Any

from celery.signals import (
    setup_logging,
    task_postrun,
    task_prerun,
    worker_process_init,
    worker_process_shutdown,
    worker_ready,
)

from backend import jobs
from backend.core import logs
from backend.core.logs import REQUEST_ID
from backend.core.processes import die_with_parent, let_others_go_first
from backend.core.settings import get_settings
from backend.worker import tasks
from backend.worker.catch_up import Watch, catch_up
from backend.worker.slots import slots

NICENESS = 10
"""Whoever looks at a slide on the same machine goes first."""


@worker_process_init.connect
def _begin(**_: Any) -> None:
    """Do not outlive a worker that is killed."""
    die_with_parent()
    os.environ["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"  # so that PyTorch counts as NVIDIA's driver does
    tasks.heart().start()


@worker_process_shutdown.connect
def _end(**_: Any) -> None:
    tasks.heart().stop()


@setup_logging.connect
def _keep_logs(**_: Any) -> None:
    """Leave the logs as `run_worker` has configured them; Celery sets up its own where nobody answers."""


@task_prerun.connect
def _work(task: Any = None, **_: Any) -> None:
    REQUEST_ID.set(getattr(task.request, jobs.REQUEST_HEADER, None) if task else None)
    tasks.heart().begin()


@task_postrun.connect
def _rest(**_: Any) -> None:
    tasks.heart().rest()
    REQUEST_ID.set(None)


@worker_ready.connect
def _catch_up(**_: Any) -> None:
    """Send what the broker may have lost; it has just become reachable, for the first time or again."""
    catch_up(tasks.workplace())


def run_worker(*, queues: Sequence[str] = jobs.QUEUES, processes: int = 2, log_level: str = "INFO") -> int:
    """Work until stopped; return the exit code.

    Analyses run one at a time on each GPU, or on the processor without one; with more processes than that an uploaded
    slide need not wait for them to be inspected.
    """
    logs.configure(log_level)
    let_others_go_first(NICENESS)
    jobs.celery.conf.worker_concurrency = processes
    tasks.served = tuple(queues)
    tasks.workplace().storage.prepare()
    watch = Watch(tasks.workplace(), turns=len(slots(get_settings().device)))
    watch.start()
    worker = jobs.celery.Worker(
        pool="prefork", concurrency=processes, queues=list(queues), loglevel=log_level, optimization="fair"
    )
    worker.start()
    watch.stopped.set()
    return int(worker.exitcode or 0)
