"""How many tiles a second, and at what cost: ours, OpenSlide's Deep Zoom generator, and a bare handler, in one run.

make bench BENCH=tiles
make bench BENCH=tiles ARGS="--side 20000 --tiles 3000"

The same random walk over a slide (pan, zoom in, zoom out; what a browser still has is not asked again) is asked by 8
connections of each server, each behind uvicorn in a process of its own: cold, with the slide out of the page cache and
nothing drawn before, and again, warm. One slide has all powers of two stored; the other, like a scanner's, 1, 4, 16,
and of it the walk's tiles of the missing levels are asked. On a busy machine look at the ratios, and at processor time.
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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import cast

import numpy as np
import uvloop
from rich.console import Console
from rich.table import Table

from backend.core.settings import Settings
from backend.db.migrate import migrate
from backend.db.session import create_database_engine, create_sessions
from backend.services import accounts
from backend.storage import Storage
from backend.wsi.deepzoom import REVISION, DeepZoom
from tests.benchmarks.texture import thin, write_textured
from tests.factories import PASSWORD, a_slide, a_user

CONNECTIONS = 8
SCREEN = 1600, 1000
BROWSER_KEEPS = 800
Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Server:
    """A server to measure: what it is told, and how its tiles are asked for."""

    kind: str
    where: Path
    slide: Path
    address: str = "/tiles"
    cookie: str = ""


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
    while len(asked) < count:
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
    command = [sys.executable, "-m", "tests.benchmarks.tile_servers", server.kind, str(server.where), str(port)]
    process = subprocess.Popen(command)
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


def cold_and_warm(server: Server, places: list[Place]) -> tuple[Pass, Pass]:
    """Measure one server on its own."""
    with running(server) as (process, port):
        measure(server, process, port, places[:1])  # the slide is open
        shutil.rmtree(server.slide.parent / "tiles", ignore_errors=True)
        with server.slide.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return measure(server, process, port, places), measure(server, process, port, places)


def prepared(data_dir: Path, side: int) -> tuple[Server, Server]:
    """Store both slides as an installation would; return ours for each: all levels stored, and every second."""
    settings = Settings(data_dir=data_dir, redis_url="memory://", _env_file=None)
    storage = Storage(data_dir)
    storage.prepare()
    migrate(settings.database)
    with create_sessions(create_database_engine(settings.database)).begin() as session:
        user = a_user(session)
        _, token = accounts.sign_in(session, username=user.username, password=PASSWORD, hours=12)
        slides = [a_slide(session, user, width=side, height=side) for _ in range(2)]
    paths = [storage.slide_file(slide.id, slide.entry) for slide in slides]
    for path in paths:
        path.parent.mkdir(parents=True)
    write_textured(paths[0], side)
    thin(*paths)
    os.sync()
    all_stored, thinned = (
        Server(
            "ours", data_dir, path, f"/api/slides/{slide.id}/deepzoom-{REVISION}_files", f"focusscope_session={token}"
        )
        for slide, path in zip(slides, paths, strict=True)
    )
    return all_stored, thinned


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
    parser.add_argument("--only-ours", action="store_true", help="leave the others out")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        all_stored, thinned = prepared(Path(folder), given.side)
        for title, mine, missing in (("stored levels", all_stored, False), ("missing levels", thinned, True)):
            places = walk(given.side, given.tiles // (4 if missing else 1), Random(5), only_odd=missing)
            others = [Server("openslide", mine.slide, mine.slide)]
            others += [] if missing else [Server("bare", mine.slide, mine.slide)]
            servers = [mine, *([] if given.only_ours else others)]
            Console().print(table_of(title, {one.kind: cold_and_warm(one, places) for one in servers}))


if __name__ == "__main__":
    main()
