"""The worker as it runs: its own process, a real Redis, the real pipeline."""

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis import Redis
from sqlalchemy import select

from backend import jobs
from backend.core.findings import STAGES
from backend.core.settings import Settings
from backend.db.session import Sessions
from backend.db.tables import Slide, User, Worker
from backend.demo.redis_server import socket_path
from backend.objectstore import open_storage
from backend.services import analyses, workers
from backend.storage import Storage
from backend.wsi.levels import FILE
from tests.factories import a_slide, a_stored_slide, an_analysis, write_slide
from tests.objectstore import a_bucket, s3_server
from tests.worker.conftest import Broker, Start
from tests.worker.waiting import looking, read, wait_for


def test_a_slide_is_inspected_before_the_levels_of_others_are_built(redis_url: str) -> None:
    for name in (jobs.BUILD_LEVELS, jobs.BUILD_LEVELS, jobs.INSPECT_SLIDE):
        jobs.send(name, uuid4())
    queue = jobs.celery.amqp.router.route({}, jobs.INSPECT_SLIDE)["queue"].name
    with jobs.celery.connection_for_read() as connection, connection.SimpleQueue(queue) as waiting:
        order = [waiting.get(timeout=5).headers["task"] for _ in range(3)]
    assert order == [jobs.INSPECT_SLIDE, jobs.BUILD_LEVELS, jobs.BUILD_LEVELS]


def test_a_broker_that_takes_connections_and_does_not_answer_keeps_nobody_waiting(
    broker: Broker, settings: Settings
) -> None:
    assert jobs.broker_answers()
    with Redis(unix_socket_path=str(socket_path(settings.data_dir))) as redis:
        process = int(redis.info()["process_id"])
    said: list[bool] = []
    os.kill(process, signal.SIGSTOP)
    try:
        asking = Thread(target=lambda: said.append(jobs.broker_answers()), daemon=True)
        asking.start()
        asking.join(60)
    finally:
        os.kill(process, signal.SIGCONT)
    assert said == [False]
    assert jobs.broker_answers()


def received(sessions: Sessions, storage: Storage, user: User) -> Slide:
    with sessions.begin() as session:
        slide = a_slide(session, user, status="inspecting")
    write_slide(storage.slide_file(slide.id, slide.entry))
    return slide


def status(sessions: Sessions, slide: Slide) -> str:
    with looking(sessions) as session:
        return session.get_one(Slide, slide.id).status


def test_messages_are_worked_off_even_those_that_the_broker_lost(
    sessions: Sessions, storage: Storage, user: User, settings: Settings, start_worker: Start, broker: Broker
) -> None:
    log = settings.data_dir / "worker.log"
    lost = received(sessions, storage, user)
    worker = start_worker(processes=4)
    wait_for(lambda: status(sessions, lost) == "ready", 90, log)
    sent = received(sessions, storage, user)
    jobs.send(jobs.INSPECT_SLIDE, sent.id)
    wait_for(lambda: storage.has(sent.id, f"levels/{FILE}"), 60, log)
    with sessions.begin() as session:
        unbuilt = a_stored_slide(session, storage, user)  # asked for once the broker is reached, and at no other time
    under_way = received(sessions, storage, user)
    with sessions.begin() as session:
        session.get_one(Slide, under_way.id, with_for_update=True)  # inspecting it takes as long as this
        jobs.send(jobs.INSPECT_SLIDE, under_way.id)
        wait_for(lambda: not jobs.queued(jobs.INSPECT_SLIDE), 60, log)
        broker.restart()
        wait_for(lambda: log.read_text().count("Connected to") == 2, 60, log)
    wait_for(lambda: status(sessions, under_way) == "ready", 60, log)
    wait_for(lambda: storage.has(unbuilt.id, f"levels/{FILE}"), 60, log)
    assert worker.poll() is None
    assert all(json.loads(line)["message"] for line in log.read_text().rpartition("\n")[0].splitlines())
    worker.send_signal(signal.SIGTERM)
    # Billiard's processes wait up to 30 s for their last answer to be read, which a worker that stops may never do.
    assert worker.wait(60) == 0
    assert "torch" not in log.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc for threads")
def test_the_process_that_forks_others_never_speaks_to_the_store(
    sessions: Sessions, user: User, settings: Settings, start_worker: Callable[[], Any], tmp_path: Path
) -> None:
    """What it would share with the processes that it forks, among them the store's threads, would end them or it."""

    def speaks(pid: int) -> bool:
        return any("tokio" in one.read_text() for one in Path(f"/proc/{pid}/task").glob("*/comm"))

    def children() -> list[int]:
        return [int(one) for one in Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()]

    log = settings.data_dir / "worker.log"
    with s3_server(tmp_path) as server:
        a_bucket(settings, server)
        storage = open_storage(settings)
        with sessions.begin() as session:
            waiting, unbuilt = a_slide(session, user, status="inspecting"), a_slide(session, user)
        for slide in (waiting, unbuilt):
            storage.copy_in(slide.id, slide.entry, write_slide(tmp_path / "slide.tiff"))
        worker = start_worker()
        wait_for(lambda: status(sessions, waiting) == "ready", 90, log)
        wait_for(lambda: storage.has(unbuilt.id, f"levels/{FILE}"), 90, log)
        assert any(speaks(pid) for pid in children()) and not speaks(worker.pid), "others do"


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc for the worker's processes")
@pytest.mark.parametrize("whole", [False, True], ids=["one process", "the whole worker"])
def test_analysis_survives_the_violent_death_of_its_worker_within_a_minute(
    whole: bool, sessions: Sessions, queued: UUID, settings: Settings, start_worker: Callable[[], Any]
) -> None:
    log = settings.data_dir / "worker.log"
    worker = start_worker()
    if whole:
        start_worker()
    wait_for(lambda: read(sessions, queued).stage == "segmentation", 120, log)
    victims = [holder(sessions, queued)]
    if whole:
        victims.insert(0, parent_of(victims[0]))
    for process in victims:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    worker.poll()
    wait_for(lambda: read(sessions, queued).attempt == 2, 60, log)
    wait_for(lambda: read(sessions, queued).status == "succeeded", 180, log)
    assert read(sessions, queued).attempt == 2


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc for the worker's processes")
def test_slide_that_kills_its_worker_three_times_is_given_up_with_the_reason(
    sessions: Sessions, queued: UUID, settings: Settings, start_worker: Callable[[], Any]
) -> None:
    log = settings.data_dir / "worker.log"
    start_worker()
    for attempt in (1, 2, 3):
        wait_for(lambda number=attempt: read(sessions, queued).attempt == number, 60, log)  # type: ignore[misc]  # a lambda with a default
        os.kill(holder(sessions, queued), signal.SIGKILL)
    wait_for(lambda: read(sessions, queued).status == "failed", 60, log)
    assert (read(sessions, queued).failure or "").startswith("The analysis ended its process 3 times")


def holder(sessions: Sessions, analysis_id: UUID) -> int:
    with looking(sessions) as session:
        return session.scalars(select(Worker).where(Worker.subject_id == analysis_id)).one().pid


def parent_of(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def test_analysis_cancelled_in_any_stage_ends_at_once_and_its_worker_goes_on_to_the_next(
    sessions: Sessions, queued: UUID, user: User, settings: Settings, start_worker: Callable[[], Any]
) -> None:
    start_worker()
    for number in range(len(STAGES)):
        queued = cancelled_in(STAGES[number:], sessions, queued, user, settings.data_dir / "worker.log")


def cancelled_in(stages: tuple[str, ...], sessions: Sessions, queued: UUID, user: User, log: Path) -> UUID:
    """Cancel an analysis as it comes to one of these stages; return the next one, which waits."""
    wait_for(lambda: read(sessions, queued).stage in stages, 300, log)
    with sessions.begin() as session:
        analysis = analyses.get(session, analysis_id=queued)
        analyses.cancel(session, analysis=analysis, by=user)
        after = an_analysis(session, analysis.slide).id
    jobs.send(jobs.RUN_ANALYSIS, after)
    assert read(sessions, queued).status == "cancelled"
    wait_for(lambda: not is_held(sessions, queued), 60, log)
    assert read(sessions, queued).status == "cancelled"
    return after


def is_held(sessions: Sessions, analysis_id: UUID) -> bool:
    with sessions() as session:
        return workers.is_held(session, task=jobs.RUN_ANALYSIS, subject_id=analysis_id)
