"""What is measured: each request by its route, each tile, and the state of the installation when it is asked for.

Several web processes write into the folder that `PROMETHEUS_MULTIPROC_DIR` names, and any of them answers for all.
"""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, gettempdir
from time import time

from prometheus_client import REGISTRY, CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from backend.services.operations import Installation

REQUESTS = Histogram(
    "focusscope_request_seconds", "How long answers took to begin, by route; tiles are apart",
    ("method", "route", "status"), buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10),
)  # fmt: skip
TILES = Histogram(
    "focusscope_tile_seconds", "How long tiles took: sent as they are stored, or drawn, perhaps before",
    ("source",), buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.3, 1, 3),
)  # fmt: skip
STORED, DRAWN = (TILES.labels(source) for source in ("stored", "drawn"))

_FOLDER = "focusscope-metrics-"
_JUST_BEGUN_S = 60.0


@contextmanager
def measuring_together() -> Iterator[None]:
    """Lend the processes that are started meanwhile one folder, and remove those of servers that were killed."""
    _remove_left()
    with TemporaryDirectory(prefix=_FOLDER) as folder, _held(Path(folder)):
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        try:
            yield
        finally:
            os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)


def _remove_left() -> None:
    """Remove folders of this user that nobody holds; one that has just been made may not be held yet."""
    for folder in Path(gettempdir()).glob(f"{_FOLDER}*"):
        with suppress(OSError):
            about = folder.stat()
            if about.st_uid == os.getuid() and about.st_mtime < time() - _JUST_BEGUN_S:
                with _held(folder):
                    rmtree(folder)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a folder; the system lets go of it when this process dies. Raises `OSError` where another holds it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def registry(look: Callable[[], Installation] | None = None) -> CollectorRegistry:
    """Return all that is measured, by all processes; with `look`, the state of the installation as well."""
    found = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(found)  # type: ignore[no-untyped-call]  # prometheus_client's
    else:
        found.register(_Ours())
    if look:
        found.register(_State(look))
    return found


def tile_seconds(shares: Iterable[float]) -> list[float] | None:
    """Return within how many seconds these shares of the tiles were sent, since the start; None before the first."""
    counts = dict[float, float]()
    for sample in (one for family in registry().collect() for one in family.samples):
        if sample.name == "focusscope_tile_seconds_bucket":
            bound = float(sample.labels["le"])
            counts[bound] = counts.get(bound, 0) + sample.value
    steps = [(0.0, 0.0), *sorted(counts.items())]
    total = steps[-1][1]
    return [_within(steps, share * total) for share in shares] if total else None


def _within(steps: list[tuple[float, float]], wanted: float) -> float:
    """Return where a cumulated count is reached, as Prometheus interpolates it."""
    for (below, before), (bound, count) in pairwise(steps):
        if count >= wanted and count > before:
            return below if bound == float("inf") else below + (bound - below) * (wanted - before) / (count - before)
    return steps[-1][0]


class _Ours(Collector):
    """This process's own measurements, without those of the library about itself."""

    def collect(self) -> Iterable[Metric]:
        names = ["focusscope_request_seconds", "focusscope_tile_seconds"]
        return REGISTRY.restricted_registry([f"{name}_{end}" for name in names for end in _ENDS]).collect()


_ENDS = ("bucket", "count", "sum", "created")


class _State(Collector):
    """The state of the installation, looked up when it is asked for."""

    def __init__(self, look: Callable[[], Installation]) -> None:
        self._look = look

    def describe(self) -> Iterable[Metric]:
        return []  # so that registering asks nothing of the database

    def collect(self) -> Iterable[Metric]:
        state = self._look()
        queue = GaugeMetricFamily("focusscope_queue_length", "Messages that wait in a queue", labels=("queue",))
        for name, length in state.queues.items():
            if length is not None:
                queue.add_metric((name,), length)
        workers = GaugeMetricFamily("focusscope_workers", "Worker processes that are alive", labels=("queue", "busy"))
        for (name, busy), count in state.workers_by_queue().items():
            workers.add_metric((name, str(busy).lower()), count)
        yield from (queue, workers)
        for name, about, counts in (
            ("focusscope_analyses", "Analyses by their state", state.analyses),
            ("focusscope_slides", "Slides by their state", state.slides),
        ):
            family = GaugeMetricFamily(name, about, labels=("status",))
            for status, count in counts.items():
                family.add_metric((status,), count)
            yield family
        yield GaugeMetricFamily("focusscope_oldest_wait_seconds", "How long the oldest analysis in the queue waits",
                                value=state.oldest_wait_s)  # fmt: skip
        yield GaugeMetricFamily("focusscope_disk_free_bytes", "Room on the disk", value=state.disk_free_bytes)
        yield GaugeMetricFamily("focusscope_disk_bytes", "The whole disk", value=state.disk_bytes)
