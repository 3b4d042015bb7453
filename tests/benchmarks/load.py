"""Many people at once: readers who pan and review, uploads and analyses, beside each other for a bounded time.

make bench BENCH=load
make bench BENCH=load ARGS="--minutes 1 --api-processes 1 --analyses 1"
make bench BENCH=load ARGS="--scaling --minutes 1"

On PostgreSQL, with as many processes as are asked for. Each reader has a slide of their own, looks about in it (a
dozen tiles at a time, as a screen needs) and acts: opens the worklist, opens the review, confirms or rejects a lesion.
Counted are answers that are no success, how long actions and tiles took, and how much memory each part holds, over
time, and for how long each part computed, which says what a request costs on a machine that others use as well. The
clients run on the same processors, so what they take themselves is told, too. It ends with each aim, what was
measured, and whether that is met.

`--scaling` lets readers who never pause ask 1, 2 and 4 API processes, then 1, 2 and 4 workers analyse, each in a
run of its own, and says how much was done.
"""

import argparse
import asyncio
import os
import shutil
import socket
import sys
import tempfile
import time
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import mean
from threading import Event
from uuid import uuid4

import aiohttp
import numpy as np
import psutil
import uvloop
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.db.session import create_database_engine, create_sessions
from backend.db.tables import Analysis, Slide
from backend.demo.browser import Browser
from backend.demo.children import Children
from backend.demo.redis_server import start_redis
from backend.phantom.scene import PhantomSpec
from backend.phantom.writer import write_phantom
from backend.services import analyses
from backend.services import sessions as user_sessions
from backend.storage import Storage
from backend.wsi.deepzoom import REVISION, DeepZoom
from backend.wsi.levels import FILE, build_levels
from backend.wsi.slide import Slide as OpenSlide
from tests.benchmarks.tiles.walk import walk
from tests.databases import migrated
from tests.factories import a_finished_analysis, a_lesion, a_slide, a_user, findings, use_broker

TILES_AT_ONCE = 12
LOOK_S, ACT_EVERY = 2.0, 3
"""A reader looks elsewhere every two seconds, and acts at every third place; both by chance."""
ACTIONS_MS, TILES_MS, GROWTH_MB = 300, 150, 50
"""The aims: p95 of actions and of tiles, and by how much memory may grow from the second third to the last."""
SCALES = 1, 2, 4
CHUNK_BYTES = 4 * 2**20
PARTS = " serve ", "worker-cpu", "worker-gpu", "redis-server"
CLIENTS, WATCH_S = "clients", 3.0
Headers = Mapping[str, str]


@dataclass
class Seen:
    """What the clients saw: seconds by kind, and answers that were no success."""

    actions: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    tiles: list[float] = field(default_factory=list)
    uploads: int = 0
    failures: list[str] = field(default_factory=list)
    memory_mb: dict[str, list[float]] = field(default_factory=dict)
    cpu_s: dict[str, list[float]] = field(default_factory=dict)

    async def timed(
        self, kind: list[float], ask: AbstractAsyncContextManager[aiohttp.ClientResponse]
    ) -> Headers | None:
        """Wait for an answer to its last byte, and note how it was; return its headers where it is a success."""
        began = time.perf_counter()
        try:
            async with ask as answer:
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            self.failures.append(f"{type(error).__name__}")
            return None
        kind.append(time.perf_counter() - began)
        if answer.status >= 400:
            self.failures.append(f"{answer.status} {answer.method} {body[:80]!r}")
            return None
        return answer.headers

    def note(self, part: str, processes: list[psutil.Process]) -> None:
        """Note how much memory a part holds now, and for how long it has computed."""
        held = sum(one.memory_full_info().pss for one in processes) / 2**20
        computed = sum(sum(one.cpu_times()[:4]) for one in processes)
        self.memory_mb.setdefault(part, []).append(held)
        self.cpu_s.setdefault(part, []).append(computed)

    def every_action(self) -> list[float]:
        """Return the seconds that actions took, whatever they were."""
        return [one for seconds in self.actions.values() for one in seconds]


@dataclass(frozen=True)
class Reader:
    """One person with a slide and an analysis of their own."""

    token: str
    slide: str
    analysis: str
    lesions: list[str]


async def read(
    address: str, reader: Reader, pyramid: DeepZoom, seen: Seen, until: float, seed: int, look_s: float
) -> None:
    """Look about and act until the time is over, `look_s` at each place on average."""
    random, review = Random(seed), f"/api/analyses/{reader.analysis}/review"
    places = (one for one in walk(max(pyramid.size), 20_000, random) if pyramid.has(*one))
    async with _client(address, reader.token) as client:
        await asyncio.sleep(random.uniform(0, look_s))
        while time.monotonic() < until:
            base = f"/api/slides/{reader.slide}/deepzoom-{REVISION}_files"
            screen = [next(places, (0, 0, 0)) for _ in range(TILES_AT_ONCE)]
            urls = [f"{base}/{dz_level}/{column}_{row}.jpeg" for dz_level, column, row in screen]
            await asyncio.gather(*(seen.timed(seen.tiles, client.get(url)) for url in urls))
            if random.randrange(ACT_EVERY) == 0:
                await _act(client, review, reader, seen, random)
            await asyncio.sleep(look_s * random.expovariate(1))


async def _act(client: aiohttp.ClientSession, review: str, reader: Reader, seen: Seen, random: Random) -> None:
    await seen.timed(seen.actions["worklist"], client.get("/api/worklist"))
    shown = await seen.timed(seen.actions["review"], client.get(review))
    if shown is None:
        return
    said = {"id": str(uuid4()), "kind": "verdict", "lesion_ids": [random.choice(reader.lesions)],
            "verdict": random.choice(("confirmed", "rejected"))}  # fmt: skip
    told = {"If-Match": shown["ETag"]}
    await seen.timed(seen.actions["verdict"], client.post(f"{review}/commands", json=said, headers=told))


async def upload(address: str, token: str, path: Path, seen: Seen, until: float) -> None:
    """Upload one slide after the other, in pieces, ten seconds apart."""
    size = path.stat().st_size
    async with _client(address, token) as client:
        while time.monotonic() < until:
            name = b64encode(path.name.encode()).decode()
            tus = {"Tus-Resumable": "1.0.0"}
            head = tus | {"Upload-Length": str(size), "Upload-Metadata": f"filename {name}"}
            made = await seen.timed([], client.post("/api/uploads", headers=head))
            if made is None:
                return
            with path.open("rb") as file:
                while time.monotonic() < until and (piece := file.read(CHUNK_BYTES)):
                    head = tus | {"Upload-Offset": str(file.tell() - len(piece)),
                                  "Content-Type": "application/offset+octet-stream"}  # fmt: skip
                    await seen.timed([], client.patch(made["Location"], data=piece, headers=head))
                seen.uploads += file.tell() == size
            await asyncio.sleep(10)


def _client(address: str, token: str) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=6)  # as a browser
    jar, cookies = aiohttp.CookieJar(unsafe=True), {"focusscope_session": token}  # unsafe: an address without a name
    timeout = aiohttp.ClientTimeout(total=60)
    return aiohttp.ClientSession(address, connector=connector, cookie_jar=jar, cookies=cookies, timeout=timeout)


def watch(seen: Seen, database: int, over: Event) -> None:
    """Note every few seconds how much memory each part holds, and how long it has computed."""
    this = psutil.Process()
    servers = {part: one for one in this.children() for part in PARTS if part in " ".join(one.cmdline())}
    servers["postgresql"] = psutil.Process(database)
    while not over.wait(WATCH_S):
        seen.note(CLIENTS, [this])
        for part, first in servers.items():
            with suppress(psutil.Error):
                seen.note(part, [first, *first.children(recursive=True)])


def prepare(sessions: Callable[[], Session], storage: Storage, slide: Path, readers: int) -> list[Reader]:
    """Store a slide with an analysis for each reader; the files are one file under many names."""
    built, made = slide.with_name(FILE), []
    with OpenSlide(slide) as opened:
        width, height = opened.size
    with sessions() as session:
        for number in range(readers):
            user = a_user(session, f"reader{number}")
            _, token = user_sessions.begin(session, user=user, hours=12)
            row = a_slide(session, user, width=width, height=height)
            found = findings(*(a_lesion(40 + 5 * one) for one in range(30)))
            analysis = a_finished_analysis(session, row, found)
            file, levels = storage.slide_file(row.id, row.entry), storage.levels(row.id)
            levels.mkdir(parents=True)
            os.link(slide, file)
            os.link(built, levels / FILE)
            lesions = [str(one.id) for one in analysis.lesions]
            made.append(Reader(token, str(row.id), str(analysis.id), lesions))
        session.commit()
    return made


def keep_analysing(session: Session, slides: list[Slide]) -> None:
    """Queue an analysis of each slide of which none is under way."""
    for slide in slides:
        if not any(one.status in ("queued", "running") for one in _analyses_of(session, slide)):
            analyses.queue(session, slide=slide, by=slide.uploaded_by)


def _analyses_of(session: Session, slide: Slide) -> list[Analysis]:
    return list(session.query(Analysis).filter_by(slide_id=slide.id))


@contextmanager
def running(data_dir: Path, url: str, given: argparse.Namespace) -> Iterator[str]:
    """Start Redis, workers and the server; yield its address."""
    children = Children(data_dir / "logs", {"FOCUSSCOPE_DATA_DIR": str(data_dir), "FOCUSSCOPE_DATABASE_URL": url})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    focusscope = [sys.executable, "-m", "backend.cli"]
    try:
        children.environment["FOCUSSCOPE_REDIS_URL"] = broker = start_redis(children, data_dir)
        use_broker(broker)
        children.start("worker-cpu", [*focusscope, "worker", "--queues", "worker-cpu", "--processes", "1"])
        if given.analyses:
            gpu = ["worker", "--queues", "worker-gpu", "--processes", str(given.analyses)]
            children.environment["FOCUSSCOPE_DEVICE"] = ",".join(["cpu"] * given.analyses)
            children.start("worker-gpu", [*focusscope, *gpu])
        serve = ["serve", "--port", str(port), "--processes", str(given.api_processes)]
        children.start("web server", [*focusscope, *serve])
        address = f"http://127.0.0.1:{port}"
        children.wait_for(Browser(address).is_healthy, "The web server", 120)
        yield address
    finally:
        children.stop()


async def load(address: str, readers: list[Reader], pyramid: DeepZoom, slide: Path, given: argparse.Namespace,
               analyse: Callable[[], None], database: int) -> Seen:  # fmt: skip
    """Let everybody work until the time is over."""
    seen, until = Seen(), time.monotonic() + 60 * given.minutes
    loop = asyncio.get_running_loop()

    async def keep_busy() -> None:
        while time.monotonic() < until:
            await loop.run_in_executor(None, analyse)
            await asyncio.sleep(2)

    uploads = (upload(address, readers[one].token, slide, seen, until) for one in range(given.uploads))
    reading = (
        read(address, reader, pyramid, seen, until, number, given.look_s)
        for number, reader in enumerate(readers[: given.readers])
    )
    over = Event()
    watching = loop.run_in_executor(None, watch, seen, database, over)
    await asyncio.gather(*reading, *uploads, keep_busy())
    over.set()
    await watching
    return seen


def main() -> None:
    """Do as the command line says, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0, help="of each run")
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--uploads", type=int, default=4)
    parser.add_argument("--analyses", type=int, default=2, help="at a time, each in a worker process of its own")
    parser.add_argument("--api-processes", type=int, default=2, help="as docker-compose.yml has")
    parser.add_argument("--look-s", type=float, default=LOOK_S, help="how long a reader looks at one place")
    parser.add_argument("--scaling", action="store_true", help="1, 2 and 4 processes of each kind, one after the other")
    given = parser.parse_args()
    folder, console = Path(tempfile.mkdtemp(prefix="load-")), Console()
    try:
        slide = folder / "phantom.tiff"
        write_phantom(PhantomSpec(3, width_mm=5.0, height_mm=4.0, foci=3), slide)
        with OpenSlide(slide) as opened:
            build_levels(opened, folder / FILE)
        if given.scaling:
            console.print(scaling(slide, given))
        else:
            seen, analysed = measure(slide, given)
            console.print(table_of(seen, given, analysed))
            console.print(aims_of(seen, given, analysed))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(slide: Path, given: argparse.Namespace) -> tuple[Seen, int]:
    """Start everything, let the clients work; return what they saw, and how many analyses ended well."""
    with tempfile.TemporaryDirectory(dir=slide.parent) as made, migrated("postgresql", Path(made)) as copy:
        folder = Path(made)
        url, storage = copy(folder), Storage(folder)
        storage.prepare()
        engine = create_database_engine(url)
        sessions = create_sessions(engine)
        readers = prepare(sessions, storage, slide, max(given.readers, given.uploads, given.analyses))
        with OpenSlide(slide) as opened:
            pyramid = DeepZoom.of(opened)
        with sessions() as session:
            database = psutil.Process(session.scalar(select(func.pg_backend_pid()))).ppid()

        def analyse() -> None:
            with sessions.begin() as session:
                own = [session.get_one(Slide, one.slide) for one in readers[: given.analyses]]
                keep_analysing(session, own)

        with running(folder, url, given) as address:
            seen = uvloop.run(load(address, readers, pyramid, slide, given, analyse, database))
        with sessions() as session:
            done = session.query(Analysis).filter(Analysis.attempt > 0, Analysis.status == "succeeded").count()
        engine.dispose()
    return seen, done - len(readers)


def scaling(slide: Path, given: argparse.Namespace) -> Table:
    """Return how much is done by more processes of each kind."""
    cores = len(os.sched_getaffinity(0))
    table = Table("processes", "tiles/s", "actions/s", "analyses/min", "failed", title=f"Scaling, on {cores} cores")
    for number in SCALES:
        asked = {"readers": given.readers, "look_s": 0.0, "uploads": 0, "analyses": 0, "api_processes": number}
        seen, _ = measure(slide, argparse.Namespace(**vars(given) | asked))
        rates = (f"{len(some) / given.minutes / 60:.1f}" for some in (seen.tiles, seen.every_action()))
        table.add_row(f"API {number}", *rates, "", str(len(seen.failures)))
    for number in SCALES:
        asked = {"readers": 0, "uploads": 0, "analyses": number, "api_processes": 1}
        seen, analysed = measure(slide, argparse.Namespace(**vars(given) | asked))
        table.add_row(f"worker {number}", "", "", f"{analysed / given.minutes:.1f}", str(len(seen.failures)))
    return table


def aims_of(seen: Seen, given: argparse.Namespace, analysed: int) -> Table:
    """Return each aim with what was measured, and whether it is met."""
    actions, tiles = (1000 * float(np.percentile(some or [np.inf], 95)) for some in (seen.every_action(), seen.tiles))
    table = Table("aim", "measured", "", title="Aims")
    for aim, measured, is_met in (
        ("no answer failed", f"{len(seen.failures)}", not seen.failures),
        (f"p95 of actions ≤ {ACTIONS_MS} ms", f"{actions:.0f} ms", actions <= ACTIONS_MS),
        (f"p95 of tiles ≤ {TILES_MS} ms", f"{tiles:.0f} ms", tiles <= TILES_MS),
        *(
            (f"{part}: grows by ≤ {GROWTH_MB} MB, last third", f"{grown:+.0f} MB", grown <= GROWTH_MB)
            for part, grown in ((part, growth(held)) for part, held in seen.memory_mb.items() if part != CLIENTS)
        ),
        ("uploads went through", f"{seen.uploads}", seen.uploads > 0 or not given.uploads),
        ("analyses went through", f"{analysed}", analysed > 0 or not given.analyses),
    ):
        table.add_row(aim, measured, "[green]pass[/]" if is_met else "[red]FAIL[/]")
    return table


def growth(held: list[float]) -> float:
    """Return by how much the last third of some values is above the second."""
    third = max(1, len(held) // 3)
    return mean(held[-third:]) - mean(held[-2 * third : -third] or held)


def table_of(seen: Seen, given: argparse.Namespace, analysed: int) -> Table:
    """Lay out what was seen."""
    title = (f"{given.readers} readers, {given.uploads} uploads, {given.analyses} analyses at a time, "
             f"{given.api_processes} API processes, {given.minutes:g} min")  # fmt: skip
    table = Table("", "number", "median ms", "p95 ms", "most", title=title)
    for name, seconds in (*seen.actions.items(), ("all actions", seen.every_action()), ("tiles", seen.tiles)):
        ms = 1000 * np.array(seconds or [0.0])
        table.add_row(name, str(len(seconds)), *(f"{one:.0f}" for one in (*np.percentile(ms, (50, 95)), ms.max())))
    table.add_row("uploads finished", str(seen.uploads), "", "", "")
    table.add_row("analyses finished", str(analysed), "", "", "")
    table.add_row("answers that failed", str(len(seen.failures)), "", "", "")
    for part, held in seen.memory_mb.items():
        third = max(1, len(held) // 3)
        computed = seen.cpu_s[part][-1] - seen.cpu_s[part][0]
        told = f"{mean(held[:third]):.0f} → {mean(held[-third:]):.0f} MB, {computed:.1f} s of CPU"
        table.add_row(f"{part}, first → last third", told, "", "", "")
    for failure in sorted(set(seen.failures))[:5]:
        table.add_row(f"  {failure}", str(seen.failures.count(failure)), "", "", "")
    return table


if __name__ == "__main__":
    main()
