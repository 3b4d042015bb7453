"""The worker process."""

import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from signal import SIG_IGN, SIGINT, signal
from threading import Thread
from time import sleep
from typing import Any

from celery.bootsteps import StartStopStep
from celery.signals import (
    setup_logging,
    task_postrun,
    task_prerun,
    worker_process_init,
    worker_process_shutdown,
)
from celery.worker.consumer import Consumer

from backend import jobs
from backend.core import logs
from backend.core.logs import REQUEST_ID
from backend.core.processes import die_with_parent, let_others_go_first
from backend.core.settings import get_settings
from backend.worker import tasks
from backend.worker.catch_up import EVERY_S, Watch
from backend.worker.slots import slots

log = logging.getLogger(__name__)

SPAWN = get_context("spawn")
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


def run_worker(*, queues: Sequence[str] = jobs.QUEUES, processes: int = 2, log_level: str = "INFO") -> int:
    """Work until stopped; return the exit code.

    Analyses run one at a time on each GPU, or on the processor without one; with more processes than that an uploaded
    slide need not wait for them to be inspected.
    """
    logs.configure(log_level)
    let_others_go_first(NICENESS)
    jobs.celery.conf.worker_concurrency = processes
    tasks.served = tuple(queues)
    calls, call = SPAWN.Pipe(duplex=False)
    jobs.celery.steps["consumer"].add(_calling(call))
    Thread(target=_keep_watch, args=(calls, log_level), name="watch", daemon=True).start()
    worker = jobs.celery.Worker(
        pool="prefork", concurrency=processes, queues=list(queues), loglevel=log_level, optimization="fair",
        consumer_cls=_Consumer, quiet=True,
    )  # fmt: skip
    worker.start()
    return int(worker.exitcode or 0)


class _Consumer(Consumer):  # type: ignore[misc]  # Celery has no types
    """Connects again, too, where kombu stumbles over a connection that was lost; the worker would end.

    Celery closes a lost connection twice, and acknowledges on it what was under way: kombu then looks for the address
    in what it has forgotten. What cannot be acknowledged is delivered again.
    """

    connection_errors: tuple[type[Exception], ...]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.connection_errors = (*self.connection_errors, AttributeError)

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        with suppress(AttributeError):
            super().on_connection_error_after_connected(exc)


def _calling(call: Connection) -> type[Any]:
    """Return what Celery starts whenever it has reached the broker, for the first time or again: it calls the watch."""

    class Called(StartStopStep):  # type: ignore[misc]  # Celery has no types
        requires = ("celery.worker.consumer:Tasks",)

        def start(self, parent: Any) -> None:
            call.send_bytes(b"reached")

    return Called


def _keep_watch(calls: Connection, log_level: str) -> None:
    """Have what was left looked for by a process of its own, and by another one should that die.

    Whoever speaks to S3 has threads and descriptors that a process which is forked off afterwards must not share: it
    would end both. Here processes are forked, so nothing here may speak to S3.
    """
    while True:
        watch = SPAWN.Process(target=_watch, args=(calls, log_level), daemon=True)
        watch.start()
        watch.join()
        log.warning("The process that looks for what was left has ended; another one begins")
        sleep(EVERY_S)


def _watch(calls: Connection, log_level: str) -> None:
    die_with_parent()
    signal(SIGINT, SIG_IGN)  # whoever stops the worker stops this with it
    logs.configure(log_level)
    place = tasks.workplace()
    place.storage.prepare()
    devices = slots(get_settings().device)
    log.info("Analyses of this machine run on %s", ", ".join(one.name for one in devices))
    Watch(place, turns=len(devices), calls=calls).run()
