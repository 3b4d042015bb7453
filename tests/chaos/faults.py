"""What can go wrong, each as a function of the product that has healed when it returns."""

import os
import resource
import shutil
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from random import Random
from time import monotonic, sleep

from sqlalchemy import select

from backend import jobs
from backend.db.tables import Analysis, Slide
from tests.chaos.clinician import Clinician
from tests.chaos.product import Product
from tests.factories import use_broker

Fault = Callable[[Product, Sequence[Clinician], Random], None]
LASTS_S = 10.0
LONGEST_S = 120.0


class NotHere(Exception):
    """This fault cannot be had on this machine."""


def worker_killed(product: Product, _clients: Sequence[Clinician], random: Random) -> None:
    """kill -9 of one of two workers with all its processes"""
    product.kill(random.choice(("worker 1", "worker 2")))


def process_killed(product: Product, _clients: Sequence[Clinician], random: Random) -> None:
    """kill -9 of one process that works on something"""
    if busy := product.at_work():
        with suppress(ProcessLookupError):
            os.kill(random.choice(busy), signal.SIGKILL)


def api_killed(product: Product, _clients: Sequence[Clinician], random: Random) -> None:
    """kill -9 of one of two API processes"""
    product.kill(random.choice(("api 1", "api 2")))


def both_apis_killed(product: Product, _clients: Sequence[Clinician], _random: Random) -> None:
    """kill -9 of both API processes at once"""
    product.parts["api 1"].kill()
    product.kill("api 2")
    product.parts["api 1"].start()


def redis_killed(product: Product, _clients: Sequence[Clinician], _random: Random) -> None:
    """kill -9 of Redis, which forgets all messages"""
    product.kill("redis", away_s=5)


def redis_frozen(product: Product, _clients: Sequence[Clinician], _random: Random) -> None:
    """Redis takes connections, and answers nobody for a while"""
    process = product.parts["redis"].process
    assert process
    process.send_signal(signal.SIGSTOP)
    sleep(LASTS_S)
    process.send_signal(signal.SIGCONT)


def postgres_restarted(product: Product, _clients: Sequence[Clinician], _random: Random) -> None:
    """PostgreSQL ends at once, and starts again"""
    product.restart_postgres()


def store_fails(product: Product, _clients: Sequence[Clinician], _random: Random) -> None:
    """S3 cuts connections at random"""
    product.proxy.mood = "failing"
    sleep(LASTS_S)
    product.proxy.mood = "steady"


def store_refuses(product: Product, _clients: Sequence[Clinician], _random: Random) -> None:
    """S3 answers 503 at random"""
    product.proxy.mood = "refusing"
    sleep(LASTS_S)
    product.proxy.mood = "steady"


def store_slow(product: Product, _clients: Sequence[Clinician], _random: Random) -> None:
    """S3 takes 0.2 s for each packet"""
    product.proxy.mood = "slow"
    sleep(LASTS_S)
    product.proxy.mood = "steady"


def disk_full(product: Product, _clients: Sequence[Clinician], random: Random) -> None:
    """the disk of the data folder is full"""
    data = product.settings.data_dir
    if not data.is_mount():
        raise NotHere("only root can mount a disk to fill")
    filler = data / "filler"
    left = random.choice((0, 70 * 2**20))  # nothing at all, or little more than uploads leave free
    with filler.open("wb") as file, suppress(OSError):
        os.posix_fallocate(file.fileno(), 0, max(1, shutil.disk_usage(data).free - left))
    sleep(LASTS_S)
    filler.unlink()


def clock_ahead(product: Product, _clients: Sequence[Clinician], _random: Random) -> None:
    """the clock jumps an hour ahead, and back"""
    _jump(product, 3600)


def clock_behind(product: Product, _clients: Sequence[Clinician], _random: Random) -> None:
    """the clock jumps an hour back, and forth"""
    _jump(product, -3600)


def _jump(product: Product, seconds: int) -> None:
    if product.clock is None:
        raise NotHere("no libfaketime: LIBFAKETIME does not name it")
    product.set_clock(seconds)
    sleep(LASTS_S)
    product.set_clock(0)


def delivered_twice(product: Product, _clients: Sequence[Clinician], _random: Random) -> None:
    """every message is delivered five times"""
    use_broker(product.settings.broker)
    with product.sessions() as session:
        slides = session.scalars(select(Slide.id).where(Slide.status == "inspecting")).all()
        analyses = session.scalars(select(Analysis.id).where(Analysis.status.in_(("queued", "running")))).all()
        everything = session.scalars(select(Slide.id)).all()
    for _ in range(5):
        for name, ids in ((jobs.INSPECT_SLIDE, [*slides, *everything[:3]]), (jobs.RUN_ANALYSIS, analyses)):
            for one in ids:
                jobs.send(name, one)


def out_of_memory(product: Product, _clients: Sequence[Clinician], _random: Random) -> None:
    """a worker process gets no more memory (RLIMIT_AS)"""
    limited = product.at_work()
    for pid in limited:
        with suppress(OSError):
            used = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
            resource.prlimit(pid, resource.RLIMIT_AS, (used + 2**22, resource.RLIM_INFINITY))
    sleep(LASTS_S)
    for pid in limited:
        with suppress(OSError):
            resource.prlimit(pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def uploads_cut(_product: Product, clients: Sequence[Clinician], _random: Random) -> None:
    """uploads are cut at random bytes"""
    before, deadline = sum(one.cuts for one in clients), monotonic() + LONGEST_S
    for one in clients:
        one.cutting = True
    while sum(one.cuts for one in clients) < before + 3 and monotonic() < deadline:
        sleep(0.2)
    for one in clients:
        one.cutting = False


FAULTS: tuple[Fault, ...] = (
    worker_killed, process_killed, api_killed, both_apis_killed, redis_killed, redis_frozen, postgres_restarted,
    store_fails, store_refuses, store_slow, disk_full, clock_ahead, clock_behind, delivered_twice, out_of_memory,
    uploads_cut,
)  # fmt: skip


_hands = ThreadPoolExecutor(2)  # for good: what a thread has started ends with that thread


def at_once(one: Fault, other: Fault) -> Fault:
    """Return two faults as one; neither waits for the other."""

    def both(product: Product, clients: Sequence[Clinician], random: Random) -> None:
        for begun in [_hands.submit(fault, product, clients, random) for fault in (one, other)]:
            begun.result()

    both.__name__ = f"{one.__name__}+{other.__name__}"
    both.__doc__ = f"{one.__doc__}; at the same time {other.__doc__}"
    return both


PAIRS: tuple[Fault, ...] = (
    at_once(redis_killed, postgres_restarted),
    at_once(worker_killed, disk_full),
    at_once(worker_killed, redis_killed),
    at_once(worker_killed, store_fails),
    at_once(worker_killed, clock_ahead),
    at_once(both_apis_killed, postgres_restarted),
    at_once(redis_killed, store_refuses),
    at_once(disk_full, store_fails),
    at_once(uploads_cut, api_killed),
)
"""Each of a pair can happen while the other lasts; none asks what the other has taken away."""
