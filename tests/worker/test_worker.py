"""The worker as it runs: its own process, a real Redis, the real pipeline."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from backend import jobs
from backend.core.settings import Settings
from backend.db.session import Sessions
from backend.db.tables import Slide, User
from backend.demo.children import Children
from backend.demo.redis_server import start_redis
from backend.services import slides
from backend.storage import Storage
from tests.factories import a_slide, write_slide


@pytest.fixture
def redis_url(settings: Settings) -> Iterator[str]:
    children = Children(settings.data_dir / "logs", {})
    url = start_redis(children, settings.data_dir)
    before, jobs.celery.conf.broker_url = jobs.celery.conf.broker_url, url
    yield url
    jobs.celery.conf.broker_url = before
    children.stop()


@pytest.fixture
def start_worker(settings: Settings, redis_url: str) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    started: list[subprocess.Popen[bytes]] = []
    log = settings.data_dir / "worker.log"
    environment = {"FOCUSSCOPE_DATA_DIR": str(settings.data_dir), "FOCUSSCOPE_REDIS_URL": redis_url}

    def start() -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "backend.cli", "worker", "--processes", "1"]
        with log.open("ab") as file:
            started.append(subprocess.Popen(command, env=os.environ | environment, stdout=file, stderr=file))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], Any], seconds: float, log: Path) -> None:
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, log.read_text()
        sleep(0.1)


def received(sessions: Sessions, storage: Storage, user: User) -> Slide:
    with sessions.begin() as session:
        slide = a_slide(session, user, status="inspecting")
    write_slide(storage.slide_file(slide.id, slide.suffix))
    return slide


def status(sessions: Sessions, slide: Slide) -> str:
    with sessions() as session:
        return slides.get(session, slide_id=slide.id).status


def test_messages_are_worked_off_even_those_that_the_broker_lost(
    sessions: Sessions, storage: Storage, user: User, settings: Settings, start_worker: Callable[[], Any]
) -> None:
    log = settings.data_dir / "worker.log"
    lost = received(sessions, storage, user)
    worker = start_worker()
    wait_for(lambda: status(sessions, lost) == "ready", 30, log)
    sent = received(sessions, storage, user)
    jobs.send(jobs.INSPECT_SLIDE, sent.id)
    wait_for(lambda: status(sessions, sent) == "ready", 10, log)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0
    assert "torch" not in log.read_text()
