"""Passes over a walk: cold and warm, and beside an analysis."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from backend.worker.app import NICENESS
from tests.benchmarks.tiles.browser import Pass, measure, median
from tests.benchmarks.tiles.servers import Server, running
from tests.benchmarks.tiles.walk import Place

ROUNDS = 3
WARM_S = 1.0


def cold_and_warm(servers: list[Server], places: list[Place]) -> dict[str, tuple[Pass, Pass]]:
    """Measure the servers in turns, so that what else runs on the machine disturbs all alike; medians of the rounds."""
    cold, warm = list[list[Pass]](), list[list[Pass]]()
    for _ in range(ROUNDS):
        with ExitStack() as stack:
            started = [(server, *stack.enter_context(running(server))) for server in servers]
            cold.append([_cold(*one, places) for one in started])
            warm.append([measure(*one, places, least_s=WARM_S) for one in started])
    return {
        server.kind: (median([row[number] for row in cold]), median([row[number] for row in warm]))
        for number, server in enumerate(servers)
    }


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
            found |= {f"alone, {name} halts": median(alone), f"beside {name}": median(beside)}
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
