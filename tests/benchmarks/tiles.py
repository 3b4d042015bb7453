"""How many tiles a second, and at what cost: ours, OpenSlide's Deep Zoom generator, and a bare handler, in one run.

make bench BENCH=tiles
make bench BENCH=tiles ARGS="--side 60000 --tiles 3000 --large-image PYTHON"   # a Python that has large-image's server

The same random walk over a slide (pan, zoom in, zoom out; what a browser still has is not asked again) is asked by 8
connections of each server, each behind uvicorn in a process of its own: cold, with the slide out of the page cache and
nothing drawn before, and in turns, warm, of which the median counts. One slide has all powers of two stored; another,
like a scanner's, 1, 4, 16, and of it the walk's tiles of the missing levels are asked; the last is not JPEG, so that
its tiles must be drawn. Then ours, warm, beside an analysis. On a busy machine look at the ratios and
at processor time.
"""

import argparse
import asyncio
import os
import shutil
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


async def _all(port: int, requests: list[bytes]) -> list[float]:
    shared, took_ms = iter(requests), list[float]()
    loop = asyncio.get_running_loop()
    browsers = [
        await loop.create_connection(lambda: _Browser(shared, took_ms), "127.0.0.1", port) for _ in range(CONNECTIONS)
    ]
    await asyncio.gather(*(browser.done for _, browser in browsers))
    return took_ms


def measure(server: Server, process: int, port: int, places: list[Place]) -> Pass:
    """Ask for all tiles once."""
    after = f".jpeg HTTP/1.1\r\nHost: x\r\nCookie: {server.cookie}\r\n\r\n"
    requests = [f"GET {server.address}/{dz_level}/{column}_{row}{after}".encode() for dz_level, column, row in places]
    busy, began = _cpu_s(process), time.perf_counter()
    took_ms = uvloop.run(_all(port, requests))
    seconds, busy = time.perf_counter() - began, _cpu_s(process) - busy
    return Pass(len(places) / seconds, 1000 * busy / len(places), float(np.percentile(took_ms, 95)))


def _cpu_s(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
    """Measure the servers in turns, so that what else runs on the machine disturbs all alike."""
    with ExitStack() as stack:
        started = [(server, *stack.enter_context(running(server))) for server in servers]
        cold = [_cold(server, process, port, places) for server, process, port in started]
        warm = [[measure(*one, places) for one in started] for _ in range(ROUNDS)]
    return {
        server.kind: (first, Pass(*(float(np.median(one)) for one in zip(*map(astuple, passes), strict=True))))
        for server, first, passes in zip(servers, cold, zip(*warm, strict=True), strict=True)
    }


def _cold(server: Server, process: int, port: int, places: list[Place]) -> Pass:
    measure(server, process, port, places[:1])  # the slide is open
    shutil.rmtree(server.slide.parent / "tiles", ignore_errors=True)
    for path in (server.slide, *server.slide.parent.glob("levels/*")):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return measure(server, process, port, places)


def beside_an_analysis(server: Server, places: list[Place]) -> Table:
    """Measure ours alone and while an analysis runs, as eager as the server and as a worker runs it."""
    table = Table("ours, warm", "tiles/s", "p95 ms", title="beside an analysis")
    with running(server) as (process, port):
        measure(server, process, port, places)
        for name, niceness in (("alone", None), ("beside an eager one", 0), ("beside a worker's", NICENESS)):
            code = (
                f"import os; os.nice({niceness or 0})\nfrom backend.cli import app\n"
                "while True: app(standalone_mode=False)"
            )
            out = str(server.where / "findings")
            command = [sys.executable, "-c", code, "analyse", str(server.slide), "--mpp", "0.5", "--out", out]
            analysis = None if niceness is None else subprocess.Popen(command, stdout=subprocess.DEVNULL)
            time.sleep(0 if analysis is None else 15)  # by then the networks are at work
            passes = [measure(server, process, port, places) for _ in range(ROUNDS)]
            if analysis:
                assert analysis.poll() is None, "the analysis ended"
                analysis.terminate()
                analysis.wait()
            rate, p95 = (float(np.median([getattr(one, what) for one in passes])) for what in ("tiles_per_s", "p95_ms"))
            table.add_row(name, f"{rate:.0f}", f"{p95:.1f}")
    return table


def prepared(data_dir: Path, side: int) -> tuple[Server, Server, Server]:
    """Store slides as an installation would; return ours for each: all levels stored, every second, none as JPEG."""
    settings = Settings(data_dir=data_dir, redis_url="memory://", _env_file=None)
    storage = Storage(data_dir)
    storage.prepare()
    migrate(settings.database)
    with create_sessions(create_database_engine(settings.database)).begin() as session:
        user = a_user(session)
        _, token = accounts.sign_in(session, username=user.username, password=PASSWORD, hours=12, vault=Vault(settings))
        slides = [a_slide(session, user, width=side, height=side) for _ in range(3)]
    paths = [storage.slide_file(slide.id, slide.entry) for slide in slides]
    for path in paths:
        path.parent.mkdir(parents=True)
    write_textured(paths[0], side)
    thin(*paths[:2])
    deflated(paths[0], paths[2], min(side, 8192))
    for slide, path in zip(slides, paths, strict=True):
        with Slide(path) as opened:
            build_levels(opened, storage.levels(slide.id) / FILE)
    os.sync()
    all_stored, thinned, deflate = (
        Server(
            "ours", data_dir, path, f"/api/slides/{slide.id}/deepzoom-{REVISION}_files", f"focusscope_session={token}"
        )
        for slide, path in zip(slides, paths, strict=True)
    )
    return all_stored, thinned, deflate


def table_of(title: str, results: dict[str, tuple[Pass, Pass]]) -> Table:
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
    parser.add_argument("--only-ours", action="store_true", help="leave the others out")
    given = parser.parse_args()
    if not given.large_image:
        Console().print("large-image is not measured: name a Python that has it with --large-image")
    with tempfile.TemporaryDirectory() as folder:
        stored, thinned, deflate = prepared(Path(folder), given.side)
        for title, mine in (("stored levels", stored), ("missing levels", thinned), ("not JPEG", deflate)):
            side = min(given.side, 8192) if mine is deflate else given.side
            places = walk(side, given.tiles // (1 if mine is stored else 4), Random(5), only_odd=mine is thinned)
            kinds = (
                ["openslide"] + (["bare"] if mine is stored else []) + (["large-image"] if given.large_image else [])
            )
            others = [Server(kind, mine.slide, mine.slide, python=given.large_image) for kind in kinds]
            Console().print(table_of(title, cold_and_warm([mine, *([] if given.only_ours else others)], places)))
        Console().print(beside_an_analysis(stored, walk(given.side, given.tiles, Random(5))))


if __name__ == "__main__":
    main()
