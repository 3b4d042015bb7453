"""The servers to be measured, each behind uvicorn in a process of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Server:
    """A server to measure: what it is told, and how its tiles are asked for."""

    kind: str
    where: Path
    slide: Path
    address: str = "/tiles"
    cookie: str = ""
    python: str = ""


@contextmanager
def running(server: Server) -> Iterator[tuple[int, int]]:
    """Start the server; yield its process id and port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = [sys.executable, "-m", "tests.benchmarks.tiles.serve", server.kind]
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
