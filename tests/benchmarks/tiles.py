"""How many tiles a second, and at what cost: ours, OpenSlide's Deep Zoom generator, and a bare handler, in one run.

make bench BENCH=tiles
make bench BENCH=tiles ARGS="--side 60000 --tiles 2000 --large-image PYTHON"   # a Python that has large-image's server
make bench BENCH=tiles ARGS="--parts stored beside"                            # some of it

The same random walk over a slide (pan, zoom in, zoom out; what a browser still has is not asked again) is asked by 8
connections of each server, each behind uvicorn in a process of its own: cold, with the slide out of the page cache and
nothing drawn before, and warm; in turns, three times, of which the median counts.

- stored: all powers of two are stored as JPEG. A quarter of that slide shows whether its size costs anything.
- missing: 1, 4, 16 are stored, as by many scanners; the walk's tiles of the levels between are asked.
- lossless: deflate, of which all levels were built after the upload.
- drawn: the same with nothing built, so that every tile must be decoded, and coded anew.
- beside: ours, warm, beside an analysis and, in turns, while it halts.

Last come the aims, each with what was measured. On a busy machine look at processor time first: it waits for nobody.
"""

import argparse
import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from random import Random
from typing import cast

import numpy as np
import uvloop
from rich.console import Console
from rich.table import Table

from backend.core.settings import Settings
from backend.core.vault import Vault
from backend.db.migrate import migrate
from backend.db.session import create_database_engine, create_sessions
from backend.services import accounts
from backend.storage import Storage
from backend.worker.app import NICENESS
from backend.wsi.deepzoom import REVISION, DeepZoom
from backend.wsi.levels import FILE, build_levels
from backend.wsi.slide import Slide
from tests.benchmarks.texture import deflated, thin, write_textured
from tests.factories import PASSWORD, a_slide, a_user

CONNECTIONS = 8
SCREEN = 1600, 1000
BROWSER_KEEPS = 800
ROUNDS = 3
WARM_S = 1.0
PARTS = ("stored", "missing", "lossless", "drawn", "beside")
Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Server:
    """A server to measure: what it is told, and how its tiles are asked for."""

    kind: str
    where: Path
    slide: Path
    address: str = "/tiles"
    cookie: str = ""
    python: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass over the walk took."""

    tiles_per_s: float
    cpu_ms: float
    p95_ms: float


def walk(side: int, count: int, random: Random, *, only_odd: bool = False) -> list[Place]:
    """Return the tiles that a reader's browser asks for; `only_odd`: of every second level below the finest."""
    pyramid, kept, asked = DeepZoom((side, side)), OrderedDict[Place, None](), list[Place]()
    finest = pyramid.dz_levels - 1
    dz_level, x, y = finest - 4, 0.5, 0.5
    for _ in range(20 * count):
        if len(asked) >= count:
            break
        dz_level = min(finest, max(finest - 5, dz_level + random.choice((-1, 0, 0, 0, 1, 1))))
        size = pyramid.size_dz(dz_level)
        x, y = (min(0.95, max(0.05, at + random.gauss(0, 0.4) * see / whole))
                for at, see, whole in zip((x, y), SCREEN, size, strict=True))  # fmt: skip
        first = [
            max(0, int((at * whole - see / 2) // 256)) for at, whole, see in zip((x, y), size, SCREEN, strict=True)
        ]
        for column in range(first[0], first[0] + SCREEN[0] // 256 + 1):
            for row in range(first[1], first[1] + SCREEN[1] // 256 + 1):
                place = dz_level, column, row
                wanted = not only_odd or (finest - dz_level) % 2 == 1
                if wanted and pyramid.has(*place) and place not in kept:
                    asked.append(place)
                kept[place] = None
                kept.move_to_end(place)
        while len(kept) > BROWSER_KEEPS:
            kept.popitem(last=False)
    return asked[:count]


class _Browser(asyncio.Protocol):
    """One connection: asks for the next tile once it has the last. As little as can be, for it shares the cores."""

    def __init__(self, requests: Iterator[bytes], took_ms: list[float]) -> None:
        self._requests, self._took_ms = requests, took_ms
        self.done = asyncio.get_running_loop().create_future()
        self._received, self._missing = b"", -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._ask()

    def _ask(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._began = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._missing < 0:
            self._received += data
            head, end, rest = self._received.partition(b"\r\n\r\n")
            if not end:
                return
            assert b" 200 " in head[:20], head
            length = int(head.lower().split(b"content-length:")[1].split(b"\r")[0])
            self._received, self._missing = b"", length - len(rest)
        else:
            self._missing -= len(data)
        if self._missing == 0:
            self._missing = -1
            self._took_ms.append(1000 * (time.perf_counter() - self._began))
            self._ask()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionError("the server hung up"))


async def _all(port: int, requests: list[bytes], least_s: float) -> list[float]:
    shared, took_ms = _walks(requests, least_s), list[float]()
    loop = asyncio.get_running_loop()
    browsers = [
        await loop.create_connection(lambda: _Browser(shared, took_ms), "127.0.0.1", port) for _ in range(CONNECTIONS)
    ]
    await asyncio.gather(*(browser.done for _, browser in browsers))
    return took_ms


def _walks(requests: list[bytes], least_s: float) -> Iterator[bytes]:
    """Yield all requests, and all of them again until `least_s` have gone: what is over sooner is no measurement."""
    began = time.perf_counter()
    yield from requests
    while time.perf_counter() - began < least_s:
        yield from requests


def measure(server: Server, process: int, port: int, places: list[Place], *, least_s: float = 0) -> Pass:
    """Ask for all tiles once, or as often as `least_s` takes."""
    after = f".jpeg HTTP/1.1\r\nHost: x\r\nCookie: {server.cookie}\r\n\r\n"
    requests = [f"GET {server.address}/{dz_level}/{column}_{row}{after}".encode() for dz_level, column, row in places]
    busy, began = _cpu_s(process), time.perf_counter()
    took_ms = uvloop.run(_all(port, requests, least_s))
    seconds, busy, count = time.perf_counter() - began, _cpu_s(process) - busy, len(took_ms)
    return Pass(count / seconds, 1000 * busy / count, float(np.percentile(took_ms, 95)))


def _cpu_s(process: int) -> float:
    return time.clock_gettime(~process << 3 | 2)  # what clock_getcpuclockid answers on Linux, to the nanosecond


@contextmanager
def running(server: Server) -> Iterator[tuple[int, int]]:
    """Start the server; yield its process id and port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = [sys.executable, "-m", "tests.benchmarks.tile_servers", server.kind]
    theirs = [server.python, str(Path(__file__).with_name("large_image_server.py"))]
    process = subprocess.Popen([*(theirs if server.kind == "large-image" else ours), str(server.where), str(port)])
    try:
        for _ in range(600):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield process.pid, port
    finally:
        process.terminate()
        process.wait()


def cold_and_warm(servers: list[Server], places: list[Place]) -> dict[str, tuple[Pass, Pass]]:
    """Measure the servers in turns, so that what else runs on the machine disturbs all alike; medians of the rounds."""
    cold, warm = list[list[Pass]](), list[list[Pass]]()
    for _ in range(ROUNDS):
        with ExitStack() as stack:
            started = [(server, *stack.enter_context(running(server))) for server in servers]
            cold.append([_cold(*one, places) for one in started])
            warm.append([measure(*one, places, least_s=WARM_S) for one in started])
    return {
        server.kind: (_median([row[number] for row in cold]), _median([row[number] for row in warm]))
        for number, server in enumerate(servers)
    }


def _median(passes: list[Pass]) -> Pass:
    return Pass(*(float(np.median(one)) for one in zip(*map(astuple, passes), strict=True)))


def _cold(server: Server, process: int, port: int, places: list[Place]) -> Pass:
    measure(server, process, port, places[:1])  # the slide is open
    shutil.rmtree(server.slide.parent / "tiles", ignore_errors=True)
    for path in (server.slide, *server.slide.parent.glob("levels/*")):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return measure(server, process, port, places)


def beside_an_analysis(server: Server, places: list[Place]) -> dict[str, Pass]:
    """Measure ours while an analysis runs, eager or as a worker runs it, and in turns while it halts."""
    found = dict[str, Pass]()
    with running(server) as (process, port):
        measure(server, process, port, places)
        for name, niceness in (("an eager one", 0), ("a worker's", NICENESS)):
            with _analysing(server, niceness) as analysis:
                alone, beside = list[Pass](), list[Pass]()
                for _ in range(ROUNDS):
                    os.kill(analysis.pid, signal.SIGSTOP)
                    alone.append(measure(server, process, port, places, least_s=WARM_S))
                    os.kill(analysis.pid, signal.SIGCONT)
                    beside.append(measure(server, process, port, places, least_s=WARM_S))
                assert analysis.poll() is None, "the analysis ended"
            found |= {f"alone, {name} halts": _median(alone), f"beside {name}": _median(beside)}
    return found


@contextmanager
def _analysing(server: Server, niceness: int) -> Iterator[subprocess.Popen[bytes]]:
    """Analyse the server's slide again and again; begin once the networks are at work."""
    code = f"import os; os.nice({niceness})\nfrom backend.cli import app\nwhile True: app(standalone_mode=False)"
    out = str(server.where / "findings")
    command = [sys.executable, "-c", code, "analyse", str(server.slide), "--mpp", "0.5", "--out", out]
    analysis = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        time.sleep(15)
        yield analysis
    finally:
        analysis.kill()
        analysis.wait()


def prepared(data_dir: Path, side: int) -> dict[str, Server]:
    """Store slides as an installation would; return ours for each."""
    settings = Settings(data_dir=data_dir, redis_url="memory://", _env_file=None)
    storage = Storage(data_dir)
    storage.prepare()
    migrate(settings.database)
    small = min(side, 8192)
    sides = {"stored": side, "missing": side, "lossless": small, "drawn": small, "a quarter": side // 2}
    with create_sessions(create_database_engine(settings.database)).begin() as session:
        user = a_user(session)
        _, token = accounts.sign_in(session, username=user.username, password=PASSWORD, hours=12, vault=Vault(settings))
        slides = {kind: a_slide(session, user, width=length, height=length) for kind, length in sides.items()}
    paths = {kind: storage.slide_file(slide.id, slide.entry) for kind, slide in slides.items()}
    for path in paths.values():
        path.parent.mkdir(parents=True)
    write_textured(paths["stored"], side)
    write_textured(paths["a quarter"], sides["a quarter"])
    thin(paths["stored"], paths["missing"])
    deflated(paths["stored"], paths["lossless"], small)
    shutil.copy(paths["lossless"], paths["drawn"])
    for kind in ("stored", "missing", "lossless", "a quarter"):
        with Slide(paths[kind]) as opened:
            build_levels(opened, storage.levels(slides[kind].id) / FILE)
    os.sync()
    cookie = f"focusscope_session={token}"
    return {
        kind: Server("ours", data_dir, paths[kind], f"/api/slides/{slide.id}/deepzoom-{REVISION}_files", cookie)
        for kind, slide in slides.items()
    }


@dataclass(frozen=True, slots=True)
class Aim:
    """What is wanted, and what was measured: `least` or more, or `most` or less."""

    what: str
    measured: float
    least: float = 0
    most: float = float("inf")


Results = dict[str, tuple[Pass, Pass]]
"""By the kind of server: cold and warm."""


def aims_of(part: str, results: Results) -> Iterator[Aim]:
    """Compare ours with each of the others, cold and warm."""
    for number, when in enumerate(("cold", "warm")):
        ours = results["ours"][number]
        rate = {kind: ours.tiles_per_s / passes[number].tiles_per_s for kind, passes in results.items()}
        where = f"{part}, {when}:"
        if theirs := results.get("openslide"):
            least = {"stored": 10, "missing": 5, "lossless": 3, "drawn": 3}[part]
            yield Aim(f"{where} tiles a second ÷ OpenSlide's", rate["openslide"], least=least)
            if part == "stored":
                yield Aim(f"{where} processor time, OpenSlide's ÷ ours", theirs[number].cpu_ms / ours.cpu_ms, least=12)
                yield Aim(f"{where} 95th percentile, OpenSlide's ÷ ours", theirs[number].p95_ms / ours.p95_ms, least=8)
        if "large-image" in rate:
            yield Aim(f"{where} tiles a second ÷ large-image's", rate["large-image"], least=4)
        if "bare" in rate:
            yield Aim(f"{where} tiles a second ÷ a bare handler's", rate["bare"], least=0.75)
        if "a quarter" in rate and when == "warm":  # cold, the disk counts, and how many of its pages tiles share
            cost = ours.cpu_ms / results["a quarter"][number].cpu_ms
            yield Aim(f"{where} processor time ÷ of a slide a quarter as large", cost, most=1.25)


def table_of_aims(aims: list[Aim]) -> Table:
    """Lay out what is wanted beside what was measured."""
    table = Table("aim", "wanted", "measured", "", title="aims")
    for aim in aims:
        wanted = f"≥ {aim.least:g}" if aim.least else f"≤ {aim.most:g}"
        met = "met" if aim.least <= aim.measured <= aim.most else "missed"
        table.add_row(aim.what, wanted, f"{aim.measured:.2f}", met)
    return table


def table_of(title: str, results: Results) -> Table:
    """Lay out what was measured, and ours beside each of the others."""
    table = Table(title=title)
    for column in (
        "server",
        "",
        "tiles/s",
        "CPU ms a tile",
        "p95 ms",
        "ours ÷ this: tiles/s",
        "this ÷ ours: CPU",
        "p95",
    ):
        table.add_column(column, justify="left" if column in ("server", "") else "right", no_wrap=column == "server")
    for kind, passes in results.items():
        for name, one, mine in zip(("cold", "warm"), passes, results["ours"], strict=True):
            ratios = mine.tiles_per_s / one.tiles_per_s, one.cpu_ms / mine.cpu_ms, one.p95_ms / mine.p95_ms
            table.add_row(
                kind, name, f"{one.tiles_per_s:.0f}", f"{one.cpu_ms:.2f}", f"{one.p95_ms:.1f}",
                *(f"{ratio:.2f}" for ratio in ratios),
            )  # fmt: skip
    return table


def main() -> None:
    """Make the slides, measure each server on the same walk, and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--side", type=int, default=12_000)
    parser.add_argument("--tiles", type=int, default=2_000)
    parser.add_argument("--large-image", metavar="PYTHON", default="", help="measure large-image, too")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    given = parser.parse_args()
    if not given.large_image:
        Console().print("large-image is not measured: name a Python that has it with --large-image")
    aims = list[Aim]()
    with tempfile.TemporaryDirectory() as folder:
        mine = prepared(Path(folder), given.side)
        for part in (one for one in PARTS[:-1] if one in given.parts):
            side = min(given.side, 8192) if part in ("lossless", "drawn") else given.side
            places = walk(side, given.tiles // (1 if part == "stored" else 4), Random(5), only_odd=part == "missing")
            kinds = ["openslide", *(["bare"] if part == "stored" else []), *(["large-image"] * bool(given.large_image))]
            slide, cookie = mine[part].slide, mine[part].cookie
            others = [Server(kind, slide, slide, cookie=cookie, python=given.large_image) for kind in kinds]
            results = cold_and_warm([mine[part], *others], places)
            if part == "stored":
                smaller = walk(given.side // 2, given.tiles, Random(5))
                results["a quarter"] = cold_and_warm([mine["a quarter"]], smaller)["ours"]
            Console().print(table_of(part, results))
            aims += aims_of(part, results)
        if "beside" in given.parts:
            found = beside_an_analysis(mine["stored"], walk(given.side, given.tiles, Random(5)))
            table = Table("ours, warm", "tiles/s", "p95 ms", title="beside an analysis")
            for name, one in found.items():
                table.add_row(name, f"{one.tiles_per_s:.0f}", f"{one.p95_ms:.1f}")
            Console().print(table)
            slower = found["beside a worker's"].p95_ms / found["alone, a worker's halts"].p95_ms
            aims.append(Aim("95th percentile beside a worker's analysis ÷ alone", slower, most=2))
    Console().print(table_of_aims(aims))


if __name__ == "__main__":
    main()
