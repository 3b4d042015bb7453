"""One analysis at a time on each device of a machine, and nobody waits longer for that than has to be."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from multiprocessing import get_context
from pathlib import Path
from signal import SIGKILL, pause
from time import sleep
from typing import Any
from uuid import UUID, uuid4

import pynvml
import pytest
from sqlalchemy import event, select

from backend import jobs
from backend.core.findings import Findings
from backend.core.settings import Settings
from backend.db.session import Sessions, create_database_engine, create_sessions
from backend.db.tables import Analysis, User
from backend.pipeline.kept import FolderShelf, Shelf
from backend.services import analyses, workers
from backend.services.runs import Claim
from backend.storage import Storage
from backend.worker import catch_up, gpus, progress
from backend.worker.execute import Workplace, claim_next
from backend.worker.heart import HOST
from backend.worker.slots import slots, taking_one
from backend.worker.turns import Pipeline, take_turn
from tests.factories import Queue, a_stored_slide, an_analysis, findings


@pytest.fixture
def two_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpus, "visible", lambda: ["GPU-11", "GPU-22"])


def devices_taken(folder: Path, configured: str, how_many: int) -> list[str | None]:
    with ExitStack() as held:
        taken = [held.enter_context(taking_one(folder, slots(configured))) for _ in range(how_many)]
        return [one.device if one else None for one in taken]


def test_each_analysis_has_a_gpu_of_its_own_and_the_next_has_to_wait(tmp_path: Path, two_gpus: None) -> None:
    assert devices_taken(tmp_path, "auto", 3) == ["cuda:0", "cuda:1", None]
    assert devices_taken(tmp_path, "auto", 1) == ["cuda:0"]


def test_a_gpu_is_one_whatever_number_a_process_calls_it_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpus, "visible", lambda: ["GPU-22"])
    with taking_one(tmp_path, slots("auto")):
        monkeypatch.setattr(gpus, "visible", lambda: ["GPU-11", "GPU-22"])
        assert devices_taken(tmp_path, "cuda:1,cuda:0", 2) == ["cuda:0", None]


class Driver:
    """Knows, as NVIDIA's does, only the process that opened it."""

    def __init__(self) -> None:
        self.opened_by: int | None = None

    def open(self) -> None:
        self.opened_by = os.getpid()

    def close(self) -> None:
        self.opened_by = None

    def count(self) -> int:
        self.find(0)
        return 2

    def find(self, index: int) -> int:
        if self.opened_by != os.getpid():
            raise pynvml.NVMLError(pynvml.NVML_ERROR_UNINITIALIZED)
        return index


def test_gpus_are_seen_by_processes_that_were_forked_after_the_first_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    driver = Driver()
    for name, function in (
        ("nvmlInit", driver.open), ("nvmlShutdown", driver.close), ("nvmlDeviceGetCount", driver.count),
        ("nvmlDeviceGetHandleByIndex", driver.find), ("nvmlDeviceGetUUID", lambda gpu: f"GPU-{gpu}"),
    ):  # fmt: skip
        monkeypatch.setattr(pynvml, name, function)
    assert gpus.visible() == ["GPU-0", "GPU-1"]
    context = get_context("fork")
    child = context.Process(target=lambda: os._exit(len(gpus.visible())))
    child.start()
    child.join(60)
    assert child.exitcode == 2


def test_without_a_gpu_one_analysis_runs_at_a_time_or_as_many_as_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gpus, "visible", lambda: [])
    assert devices_taken(tmp_path, "auto", 2) == ["cpu", None]
    assert devices_taken(tmp_path, "cpu,cpu", 3) == ["cpu", "cpu", None]


def hold(folder: Path, held: Any) -> None:
    with taking_one(folder, slots("cpu")):
        held.set()
        pause()


def test_a_device_is_free_again_when_its_process_is_killed(tmp_path: Path) -> None:
    context = get_context("fork")
    held = context.Event()
    process = context.Process(target=hold, args=(tmp_path, held))
    process.start()
    assert held.wait(60)
    assert devices_taken(tmp_path, "cpu", 1) == [None]
    os.kill(process.pid or 0, SIGKILL)
    process.join()
    assert devices_taken(tmp_path, "cpu", 1) == ["cpu"]


@pytest.fixture
def place(sessions: Sessions, storage: Storage, queue: Queue) -> Workplace:
    return Workplace(sessions, storage)


@pytest.fixture
def queued(place: Workplace, user: User) -> list[UUID]:
    with place.sessions.begin() as session:
        return [an_analysis(session, a_stored_slide(session, place.storage, user)).id for _ in range(3)]


def states(place: Workplace, ids: list[UUID]) -> list[str]:
    with place.sessions() as session:
        return [session.get_one(Analysis, one).status for one in ids]


def cancel(place: Workplace, ids: list[UUID], by: User) -> None:
    with place.sessions.begin() as session:
        for one in ids:
            analyses.cancel(session, analysis=analyses.get(session, analysis_id=one), by=by)


def test_nothing_is_sent_for_a_device_that_is_at_work(place: Workplace, queued: list[UUID], queue: Queue) -> None:
    queue.drain()
    with place.sessions.begin() as session:
        workers.beat(session, worker_id=(worker_id := uuid4()), host=HOST, pid=1, queues=[jobs.GPU])
        workers.take(session, worker_id=worker_id, task=jobs.RUN_ANALYSIS, subject_id=queued[0])
    catch_up.send_missing_here(place.sessions, turns=1)
    assert queue.drain() == []
    catch_up.send_missing_here(place.sessions, turns=2)
    assert [task for task, _ in queue.drain()] == [jobs.RUN_ANALYSIS]


def test_what_waits_is_sent_while_somebody_else_writes(place: Workplace, queued: list[UUID], queue: Queue) -> None:
    queue.drain()
    with place.sessions.begin() as session:
        session.get_one(Analysis, queued[0], with_for_update=True)
        catch_up.bury_dead(place.sessions)
        catch_up.send_missing_here(place.sessions, turns=1)
        assert [task for task, _ in queue.drain()] == [jobs.RUN_ANALYSIS]


def test_whose_turn_it_is_waits_for_a_database_that_others_keep_busy(
    settings: Settings, place: Workplace, queued: list[UUID], caplog: pytest.LogCaptureFixture
) -> None:
    engine = create_database_engine(settings.database)
    if engine.dialect.name != "sqlite":
        pytest.skip("only SQLite has one writer at a time")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 10"))
    hurried = Workplace(create_sessions(engine), place.storage)
    with place.sessions.begin() as session, ThreadPoolExecutor() as pool:
        session.get_one(Analysis, queued[0])
        taken = pool.submit(claim_next, hurried)
        while not taken.done() and "The database does not answer" not in caplog.text:
            sleep(0.01)
        session.commit()
        assert taken.result() == Claim(queued[0], 1)
    engine.dispose()


def never(*_: Any) -> None:
    pytest.fail("nothing is to be helped with")


def test_whoever_finds_no_free_device_leaves_the_analysis_to_whoever_has_one(
    place: Workplace, queued: list[UUID], queue: Queue
) -> None:
    used: list[str] = []

    def analyse(device: str, *_: Any) -> Findings:
        take_turn(place, slots("cpu"), Pipeline(analyse, never))  # as another process would meanwhile
        assert sorted(states(place, queued)) == ["queued", "queued", "running"]
        used.append(device)
        return findings()

    take_turn(place, slots("cpu"), Pipeline(analyse, never))
    assert (used, sorted(states(place, queued))) == (["cpu"], ["queued", "queued", "succeeded"])
    with place.sessions() as session:
        assert queue.drain() == [(jobs.RUN_ANALYSIS, str(analyses.waiting(session)[0]))]


@pytest.mark.parametrize("fails", [False, True], ids=["its worker died", "it failed and was asked for again"])
def test_what_an_analysis_kept_is_there_for_another_try_and_gone_once_that_has_succeeded(
    fails: bool, place: Workplace, queued: list[UUID]
) -> None:
    kept: list[Path] = []

    def die(_device: str, keep_in: Shelf, *_: Any) -> Findings:
        with keep_in.making("map-0.npz"):
            keep_in.write("map-0.npz", b"a map")
        assert isinstance(keep_in, FolderShelf)
        kept.append(keep_in.folder)
        raise OSError if fails else KeyboardInterrupt

    def finish(_device: str, keep_in: Shelf, *_: Any) -> Findings:
        assert (keep_in, keep_in.read("map-0.npz")) == (FolderShelf(kept[0]), b"a map")
        return findings()

    with nullcontext() if fails else pytest.raises(KeyboardInterrupt):
        take_turn(place, slots("cpu"), Pipeline(die, never))
    if fails:
        with place.sessions.begin() as session:
            failed = session.scalars(select(Analysis).where(Analysis.status == "failed")).one()
            again = an_analysis(session, failed.slide, urgent=True)
            queued[queued.index(failed.id)] = again.id
    take_turn(place, slots("cpu"), Pipeline(finish, never))
    assert sorted(states(place, queued)) == ["queued", "queued", "succeeded"]
    assert not kept[0].exists()


def test_whoever_helps_leaves_at_once_for_an_analysis_that_comes(
    place: Workplace, queued: list[UUID], queue: Queue, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "EVERY_S", 0.0)
    cancel(place, queued[1:], user)
    with place.sessions.begin() as session:
        first, helper = (Workplace(place.sessions, place.storage, uuid4()) for _ in range(2))
        for one in (first, helper):
            assert one.worker_id
            workers.beat(session, worker_id=one.worker_id, host="here", pid=1, queues=["worker-gpu"])
    two, newcomers = slots("cpu,cpu"), list[UUID]()

    def analyse(_device: str, _shelf: Shelf, _slide: Any, on_progress: Any, _maps: Path) -> Findings:
        if not newcomers:
            on_progress("segmentation", 0.0)
            take_turn(helper, two, Pipeline(analyse, help_with))
        return findings()

    def help_with(_device: str, _shelf: Shelf, _slide: Any, on_progress: Any) -> None:
        on_progress("segmentation", 0.0)
        with place.sessions.begin() as session:
            slide = a_stored_slide(session, place.storage, user)
            newcomers.append(an_analysis(session, slide, urgent=True).id)
        queue.drain()
        on_progress("segmentation", 0.0)
        pytest.fail("goes on, and lets an urgent analysis wait")

    take_turn(first, two, Pipeline(analyse, help_with))
    assert states(place, queued[:1]) == ["succeeded"]
    assert (jobs.RUN_ANALYSIS, str(newcomers[0])) in queue.drain(), "whose turn it is now"


def test_whoever_has_nothing_to_do_is_called_and_helps_until_the_analysis_is_over(
    place: Workplace, queued: list[UUID], queue: Queue, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "EVERY_S", 0.0)
    cancel(place, queued[1:], user)
    with place.sessions.begin() as session:
        worker_id = uuid4()
        for one in (worker_id, uuid4(), uuid4()):
            workers.beat(session, worker_id=one, host="here", pid=1, queues=["worker-gpu"])
        workers.beat(session, worker_id=uuid4(), host="here", pid=2, queues=["worker-cpu"])
    queue.drain()
    helped: list[tuple[str, Shelf]] = []

    def analyse(_device: str, keep_in: Shelf, _slide: Any, on_progress: Any, _maps: Path) -> Findings:
        on_progress("segmentation", 0.0)
        on_progress("segmentation", 0.1)
        assert queue.drain() == 2 * [(jobs.RUN_ANALYSIS, str(queued[0]))], "one for each with nothing to do"
        take_turn(place, two, Pipeline(analyse, help_with))
        assert helped == [("cpu", keep_in)]
        return findings()

    def help_with(device: str, keep_in: Shelf, _slide: Any, on_progress: Any) -> None:
        helped.append((device, keep_in))
        on_progress("segmentation", 0.0)
        with place.sessions.begin() as session:
            analyses.cancel(session, analysis=analyses.get(session, analysis_id=queued[0]), by=user)
        on_progress("segmentation", 0.0)
        pytest.fail("goes on with an analysis that is over")

    two = slots("cpu,cpu")
    take_turn(Workplace(place.sessions, place.storage, worker_id), two, Pipeline(analyse, help_with))
    assert states(place, queued[:1]) == ["cancelled"]
    with place.sessions() as session:
        slide_id = session.get_one(Analysis, queued[0]).slide_id
    assert not place.storage.unfinished_folder(slide_id).exists()
