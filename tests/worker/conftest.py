"""A worker as it runs, with a real Redis, and an analysis that waits for it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

import pytest
from redis import Redis
from redis.exceptions import ConnectionError

from backend.core.settings import Settings
from backend.db.session import Sessions
from backend.db.tables import User
from backend.demo.children import Children
from backend.demo.redis_server import socket_path, start_redis
from backend.phantom.scene import PhantomSpec
from backend.phantom.writer import write_phantom
from backend.storage import Storage
from tests.factories import a_slide, an_analysis, use_broker


class Start(Protocol):
    """Starts a worker; on a GPU an analysis would be through a stage before a test can disturb it."""

    def __call__(self, processes: int = 1, device: str = "cpu") -> "subprocess.Popen[bytes]": ...


@dataclass(frozen=True)
class Broker:
    """A Redis, where it is, and what ends it and starts another there that knows nothing of the first.

    It lets go first of whoever listens to all, then of whoever waits for messages: chance may have it so, too.
    """

    url: str
    restart: Callable[[], None]


@pytest.fixture
def broker(settings: Settings) -> Iterator[Broker]:
    children = Children(settings.data_dir / "logs", {})
    url = start_redis(children, settings.data_dir)

    def restart() -> None:
        with Redis(unix_socket_path=str(socket_path(settings.data_dir))) as redis:
            both = redis.pipeline(transaction=False)
            both.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
            both.execute_command("SHUTDOWN", "NOSAVE")
            with suppress(ConnectionError):
                both.execute()
        children.stop()
        start_redis(children, settings.data_dir)

    use_broker(url)
    yield Broker(url, restart)
    use_broker("memory://")
    children.stop()


@pytest.fixture
def redis_url(broker: Broker) -> str:
    return broker.url


@pytest.fixture
def start_worker(settings: Settings, redis_url: str) -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []
    log = settings.data_dir / "worker.log"

    def start(processes: int = 1, device: str = "cpu") -> "subprocess.Popen[bytes]":
        names = ("store", "store_endpoint", "store_key_id", "store_secret", "store_region")
        environment = {
            "FOCUSSCOPE_DATA_DIR": str(settings.data_dir),
            "FOCUSSCOPE_DATABASE_URL": settings.database,
            "FOCUSSCOPE_REDIS_URL": redis_url,
            "FOCUSSCOPE_DEVICE": device,
            **{f"FOCUSSCOPE_{name.upper()}": value for name in names if (value := getattr(settings, name))},
        }
        command = [sys.executable, "-m", "backend.cli", "worker", "--processes", str(processes)]
        with log.open("ab") as file:
            started.append(subprocess.Popen(command, env=os.environ | environment, stdout=file, stderr=file))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def phantom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("phantom") / "phantom.tiff"
    write_phantom(PhantomSpec(seed=3, width_mm=1.6, height_mm=1.4, foci=1), path)
    return path


@pytest.fixture
def queued(sessions: Sessions, storage: Storage, user: User, phantom: Path) -> UUID:
    with sessions.begin() as session:
        slide = a_slide(session, user)
        analysis = an_analysis(session, slide)
    target = storage.slide_file(slide.id, slide.entry)
    target.parent.mkdir(parents=True)
    shutil.copy(phantom, target)
    return analysis.id
