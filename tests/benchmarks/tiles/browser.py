"""A browser that asks for tiles over several connections, and what each pass over them took."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from typing import cast

import numpy as np
import uvloop

from tests.benchmarks.tiles.servers import Server
from tests.benchmarks.tiles.walk import Place

CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass over the walk took."""

    tiles_per_s: float
    cpu_ms: float
    p95_ms: float


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


def median(passes: list[Pass]) -> Pass:
    """Return what a usual one of these took."""
    return Pass(*(float(np.median(one)) for one in zip(*map(astuple, passes), strict=True)))
