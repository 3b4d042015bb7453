"""Files on a folder and on a real S3 server: what is stored is there, what fails is said, nothing is lost."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from os import utime
from pathlib import Path
from threading import Event, Thread, current_thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from backend import jobs
from backend.bucket import Bucket, StoreFailed
from backend.core.findings import Findings, Stage
from backend.core.settings import Settings
from backend.db.base import utc_now
from backend.db.session import Sessions
from backend.db.tables import Analysis, HeldPart, Slide, User
from backend.inbox import Expected, Inbox
from backend.main import create_app
from backend.objectstore import S3Storage, open_storage
from backend.phantom.scene import PhantomSpec
from backend.phantom.writer import write_phantom
from backend.pipeline import analyse as pipeline
from backend.pipeline import segmentation
from backend.pipeline.kept import Shelf
from backend.services import analyses, parts, runs, slides, uploads, workers
from backend.services.backup import backup, restore
from backend.storage import Storage
from backend.worker import catch_up
from backend.worker.building import build
from backend.worker.catch_up import Sweep
from backend.worker.execute import Workplace, inspect
from backend.worker.slots import slots
from backend.worker.turns import Pipeline, Progress, take_turn
from backend.wsi.deepzoom import REVISION
from backend.wsi.slide import Slide as OpenSlide
from tests.databases import Copy
from tests.factories import PASSWORD, Queue, a_slide, an_analysis, decide, findings, write_slide
from tests.objectstore import a_bucket, s3_server
from tests.wsi.dicom_series import write_series
from tests.wsi.test_stored_tiles import shrunk, texture, write


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with s3_server(tmp_path_factory.mktemp("s3")) as settings:
        yield settings


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, settings: Settings, sessions: Sessions) -> Workplace:
    """A worker's place over each kind of store."""
    if request.param == "s3":
        a_bucket(settings, request.getfixturevalue("s3"))
    storage = open_storage(settings)
    storage.prepare()
    return Workplace(sessions, storage)


def elsewhere(place: Workplace, folder: Path) -> Storage:
    """The same store, as a machine sees it that has nothing of it yet."""
    if isinstance(place.storage, S3Storage):
        return S3Storage(folder, place.storage.bucket, cache_bytes=2**30)
    return place.storage


def received(place: Workplace, user_id: UUID, tmp_path: Path) -> UUID:
    """A slide that has been uploaded and is to be inspected."""
    slide_id, content = uuid4(), tmp_path / "content"
    write_slide(content / "slide.tiff")
    with place.storage.adopting(content, slide_id), place.sessions.begin() as session:
        a_slide(session, session.get_one(User, user_id), id=slide_id, status="inspecting")
    return slide_id


def test_a_slide_goes_from_machine_to_machine(place: Workplace, user: User, queue: Queue, tmp_path: Path) -> None:
    slide_id = received(place, user.id, tmp_path)
    worker = Workplace(place.sessions, elsewhere(place, tmp_path / "worker"))
    inspect(worker, slide_id)
    with place.sessions() as session:
        slide = session.get_one(Slide, slide_id)
    assert (slide.status, slide.rejection) == ("ready", None)
    earlier = worker.storage.levels(slide_id) / "4.tiles"
    earlier.parent.mkdir()
    earlier.write_bytes(b"levels of an earlier revision")
    worker.storage.publish(slide_id)
    build(worker, slide_id)
    third = elsewhere(place, tmp_path / "third")
    assert third.slide_file(slide_id, slide.entry).is_file() and third.thumbnail(slide_id).is_file()
    names = set(third.kept_files(slide_id))
    assert slide.entry in names and "slide.tiff" not in names, "what arrived is kept nowhere"
    assert third.has(slide_id, f"levels/{REVISION}.tiles") and not third.has(slide_id, "levels/4.tiles")
    if third is not place.storage:
        assert not place.storage.slide_folder(slide_id).exists(), "nor in the cache of whoever received it"
    third.remove_slide(slide_id)
    assert place.storage.kept_files(slide_id) == {} and not third.slide_folder(slide_id).exists()


def test_maps_and_signed_files_are_there_for_others(place: Workplace, user: User, tmp_path: Path) -> None:
    slide_id, analysis_id, signature_id = uuid4(), uuid4(), uuid4()
    with place.storage.drafting_maps(slide_id, analysis_id) as draft:
        (draft / "probability.tiff").write_bytes(b"map")
        place.storage.keep_maps(draft, slide_id, analysis_id)
    with place.storage.keeping_signed(slide_id, signature_id, {"report.pdf": b"%PDF"}):
        pass
    with pytest.raises(ZeroDivisionError), place.storage.keeping_signed(slide_id, uuid4(), {"report.pdf": b"%PDF"}):
        raise ZeroDivisionError
    other = elsewhere(place, tmp_path / "other")
    assert (other.maps(slide_id, analysis_id) / "probability.tiff").read_bytes() == b"map"
    assert (other.signed_folder(slide_id, signature_id) / "report.pdf").read_bytes() == b"%PDF"
    assert len(other.kept_files(slide_id)) == 2, "what was not signed is not kept"


def test_what_a_killed_server_left_of_a_signature_goes_and_what_was_signed_stays(
    place: Workplace, user: User, tmp_path: Path
) -> None:
    slide_id, (signed, left) = received(place, user.id, tmp_path), (uuid4(), uuid4())
    for one in (signed, left):
        with place.storage.keeping_signed(slide_id, one, {"report.pdf": b"%PDF"}):
            pass
    place.storage.remove_signed_but(slide_id, {signed})
    other = elsewhere(place, tmp_path / "other")
    assert [name for name in other.kept_files(slide_id) if "signed" in name] == [f"signed/{signed}/report.pdf"]


def test_a_backup_is_restored_into_the_store(
    place: Workplace, settings: Settings, user: User, queue: Queue, tmp_path: Path, migrated_database: Copy
) -> None:
    slide_id = received(place, user.id, tmp_path)
    inspect(place, slide_id)
    made = backup(settings.database, place.storage, tmp_path / "backups")
    again = backup(settings.database, place.storage, tmp_path / "backups")
    assert (again.files, again.copied_bytes) == (made.files, 0)
    kept = {name: size for name, (size, _) in place.storage.kept_files(slide_id).items()}
    place.storage.remove_slide(slide_id)
    (tmp_path / "new").mkdir()
    restore(migrated_database(tmp_path / "new"), place.storage, made.folder)
    assert {name: size for name, (size, _) in place.storage.kept_files(slide_id).items()} == kept


def _series(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return write_series(folder, [shrunk(texture((2000, 2000)), factor) for factor in (1, 2, 4)])


@pytest.mark.parametrize(
    ("entry", "write_at"),
    [("slide.tiff", lambda path: write(path, (2000, 2000))), ("clean/0.dcm", lambda path: _series(path.parent))],
    ids=["one file", "a file for each level"],
)
def test_tiles_are_read_by_ranges_without_fetching_the_slide(
    s3: Settings, settings: Settings, sessions: Sessions, user: User, queue: Queue, tmp_path: Path,
    entry: str, write_at: Callable[[Path], Path],
) -> None:  # fmt: skip
    a_bucket(settings, s3)
    worker = Workplace(sessions, S3Storage(tmp_path / "worker", Bucket.of(settings), 2**30))
    with sessions.begin() as session:
        slide = a_slide(session, session.get_one(User, user.id), entry=entry, width=2000, height=2000)
    path = worker.storage.slide_folder(slide.id) / entry
    worker.storage.slide_folder(slide.id).mkdir(parents=True)
    write_at(path)
    worker.storage.publish(slide.id)
    build(worker, slide.id)
    base = f"/api/slides/{slide.id}/deepzoom-{REVISION}"
    with TestClient(create_app(settings)) as browser:
        browser.post("/api/session", json={"username": user.username, "password": PASSWORD})
        assert 'Width="2000"' in browser.get(f"{base}.dzi").text
        tiles = {place: browser.get(f"{base}_files/{place}.jpeg") for place in ("11/0_0", "11/7_7", "10/1_1", "4/0_0")}
        again = browser.get(f"{base}_files/11/0_0.jpeg")
        folder = settings.data_dir / "slides" / str(slide.id)
        assert {one.status_code for one in tiles.values()} == {200} and again.content == tiles["11/0_0"].content
        assert not folder.exists(), "the slide was not fetched"
        stored = {place: one.content for place, one in tiles.items()}
    # the same bytes as from a machine that has the slide
    other = settings.model_copy(update={"data_dir": tmp_path / "worker"})
    worker.storage.slide_file(slide.id, slide.entry)
    with TestClient(create_app(other)) as browser:
        browser.post("/api/session", json={"username": user.username, "password": PASSWORD})
        assert {place: browser.get(f"{base}_files/{place}.jpeg").content for place in stored} == stored


def test_the_cache_lets_go_of_what_was_used_least_recently(
    s3: Settings, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_bucket(settings, s3)
    monkeypatch.setattr("backend.objectstore._EVICT_EVERY_S", 0.0)
    monkeypatch.setattr("backend.objectstore._IN_USE_S", 0.0)
    bucket = Bucket.of(settings)
    storage = S3Storage(tmp_path / "cache", bucket, cache_bytes=2500)
    storage.prepare()
    first, second, third = ids = [uuid4() for _ in range(3)]
    for slide_id in ids:
        source = tmp_path / "source"
        source.write_bytes(b"x" * 1000)
        storage.copy_in(slide_id, "slide.tiff", source)
    for slide_id in (first, second, first):
        storage.slide_file(slide_id, "slide.tiff")
    storage.slide_file(third, "slide.tiff")
    here = {slide_id for slide_id in ids if storage.slide_folder(slide_id).exists()}
    assert here == {first, third}
    with storage.reading(first):
        storage.slide_file(second, "slide.tiff")
        assert storage.slide_folder(first).exists(), "what is being read stays"
    assert storage.slide_file(second, "slide.tiff").read_bytes() == b"x" * 1000


def test_while_the_store_is_away_nothing_is_lost_and_everybody_is_told(
    s3: Settings, settings: Settings, sessions: Sessions, user: User, queue: Queue, tmp_path: Path
) -> None:
    a_bucket(settings, s3)
    there = Workplace(sessions, open_storage(settings))
    there.storage.prepare()
    slide_id = received(there, user.id, tmp_path)
    settings.store_endpoint, settings.store_patience_s = "http://127.0.0.1:9", 0.1
    away = Workplace(sessions, open_storage(settings))
    away.storage.prepare()
    assert not away.storage.answers()
    inspect(away, slide_id)
    with sessions() as session:
        slide = session.get_one(Slide, slide_id)
        assert (slide.status, slide.crashes) == ("inspecting", 0) and "nothing is lost" in (slide.delay or "")
    content = tmp_path / "another"
    write_slide(content / "slide.tiff")
    another = uuid4()
    with pytest.raises(StoreFailed), away.storage.adopting(content, another):
        pass
    assert (content / "slide.tiff").is_file(), "what was received waits where it was"
    with sessions.begin() as session:
        slides.delete(session, slide=session.get_one(Slide, slide_id), storage=away.storage, by=user)
    assert there.storage.kept_files(slide_id), "not removed yet"
    sweep = Sweep(away)
    sweep()
    assert there.storage.kept_files(slide_id), "nor by whoever does not reach the store"
    Sweep(there)()
    assert not there.storage.kept_files(slide_id), "removed when the store was back"


def test_what_was_stored_in_vain_goes_and_what_is_spoken_of_or_unknown_stays(
    place: Workplace, user: User, queue: Queue, tmp_path: Path
) -> None:
    def left(slide_id: UUID) -> set[str]:
        return {name.rsplit("/", 1)[0] for name in place.storage.kept_files(slide_id) if "/" in name}

    slide_id, deleted, unknown = received(place, user.id, tmp_path), uuid4(), uuid4()
    ids = dict[str, UUID]()
    for status in ("succeeded", "failed", "cancelled", "running"):
        with place.sessions.begin() as session:
            slide = session.get_one(Slide, slide_id)
            ids[status] = an_analysis(session, slide).id
            claim = runs.claim(session, analysis_id=ids[status])
            assert claim
        with place.storage.drafting_maps(slide_id, ids[status]) as draft:
            (draft / "attention-2.tiff").write_bytes(b"map")
            place.storage.keep_maps(draft, slide_id, ids[status])
        with place.sessions.begin() as session:
            if status == "succeeded":
                runs.record(session, claim=claim, findings=findings())
            elif status == "failed":
                runs.fail(session, claim=claim, sentence="The slide store does not answer.")
            elif status == "cancelled":
                analyses.cancel(session, analysis=session.get_one(Analysis, ids[status]), by=user)
    with place.sessions.begin() as session:
        read = session.get_one(Analysis, ids["succeeded"])
        decide(session, read, user, read.lesions[0].id, "confirmed")
    with place.storage.keeping_signed(slide_id, uuid4(), {"report.pdf": b"%PDF"}):
        pass  # and then its server is killed
    sweep = Sweep(place)
    sweep()
    assert left(slide_id) == {f"maps/{ids[one]}" for one in ("succeeded", "running")}
    with place.sessions.begin() as session:
        slides.delete(session, slide=a_slide(session, user, id=deleted), storage=place.storage, by=user)
    for one in (deleted, unknown):  # by whoever was at work on it
        place.storage.copy_in(one, "slide.tiff", write_slide(tmp_path / "late.tiff"))
    sweep()
    assert not place.storage.kept_files(deleted) and place.storage.kept_files(unknown)


def test_the_store_is_asked_less_often_for_what_ended_longer_ago(
    place: Workplace, user: User, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    with place.sessions.begin() as session:
        slides.delete(session, slide=a_slide(session, user), storage=place.storage, by=user)
    asked, clock = list[UUID](), [0.0]
    monkeypatch.setattr(place.storage, "remove_slide", asked.append)
    monkeypatch.setattr(catch_up, "monotonic", lambda: clock[0])
    began = utc_now()
    monkeypatch.setattr(catch_up, "utc_now", lambda: began + timedelta(seconds=clock[0]))
    sweep = Sweep(place)
    for minute in range(60):
        clock[0] = 60.0 * minute
        sweep()
    assert len(asked) == 11, "five minutes, then each ten"


def test_what_was_abandoned_on_its_way_into_the_store_goes(
    place: Workplace, user: User, queue: Queue, tmp_path: Path
) -> None:
    inbox = Inbox(place.storage.uploads)
    abandoned, done = (
        inbox.create(owner_id=user.id, name="gland", entry="slide.tiff", files=[Expected("slide.tiff", 3)])
        for _ in range(2)
    )
    place.storage.copy_in(abandoned.id, "slide.tiff", write_slide(tmp_path / "part.tiff"))
    inbox.path(done, 0).write_bytes(b"abc")
    assert uploads.complete(place.sessions, inbox, place.storage, incoming_id=done.id) == done.id
    inbox._write(done)  # as if the server had been killed before it finished
    for path in inbox.folder(abandoned).rglob("*"):
        utime(path, (0, 0))
    utime(inbox.folder(abandoned), (0, 0))
    uploads.recover(place.sessions, inbox, place.storage)
    assert inbox.unfinished() == []
    assert not place.storage.kept_files(abandoned.id) and place.storage.kept_files(done.id)


def test_workers_without_a_common_folder_make_one_map_together_equal_to_that_of_one(
    s3: Settings, settings: Settings, sessions: Sessions, user: User, queue: Queue, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    a_bucket(settings, s3)
    bucket = Bucket.of(settings)
    one, other = (Workplace(sessions, S3Storage(tmp_path / name, bucket, 2**30), uuid4()) for name in "ab")
    file = tmp_path / "phantom.tiff"
    write_phantom(PhantomSpec(seed=9001, width_mm=1.5, height_mm=1.0, foci=1), file)
    with sessions.begin() as session:
        slide = a_slide(session, session.get_one(User, user.id), entry="slide.tiff")
        analysis_id = an_analysis(session, slide).id
        for place in (one, other):
            assert place.worker_id
            workers.beat(session, worker_id=place.worker_id, host=str(place.worker_id), pid=1, queues=[jobs.GPU])
    one.storage.copy_in(slide.id, slide.entry, file)

    made, segmented = list[tuple[str, object]](), segmentation._segmented
    has_begun, has_helped = Event(), Event()

    def noted(*given: Any) -> Any:
        who = current_thread().name
        if who == "one" and who in dict(made):
            assert has_helped.wait(60), "nobody helps"
        result = segmented(*given)
        made.append((who, str(given[0])))  # its blocks
        if who == "other":
            has_helped.set()
        return result

    def run(_device: str, shelf: Shelf, opened: OpenSlide, told: Progress, _maps: Path) -> Findings:
        def begun(stage: Stage, fraction: float) -> None:
            told(stage, fraction)
            if stage == "segmentation":
                has_begun.set()

        return pipeline.analyse(opened, networks, pipeline.Options(), begun, shelf).findings

    def help_with(_device: str, shelf: Shelf, opened: OpenSlide, told: Progress) -> None:
        pipeline.help_with(opened, networks, pipeline.Options(), shelf, told)

    monkeypatch.setattr(workers, "SILENT_FOR", timedelta(hours=1))  # nothing beats here, and the machine may be busy
    networks = pipeline.load_networks(settings.weights_dir, "cpu")
    with OpenSlide(file) as opened:
        alone = pipeline.analyse(opened, networks, pipeline.Options()).findings
    monkeypatch.setattr(segmentation, "PART_BLOCKS", 1)
    monkeypatch.setattr(segmentation, "_segmented", noted)
    threads = [
        Thread(target=take_turn, args=(place, slots("cpu"), Pipeline(run, help_with)), name=name)
        for place, name in ((one, "one"), (other, "other"))
    ]
    threads[0].start()
    assert has_begun.wait(60)
    threads[1].start()
    for thread in threads:
        thread.join(120)

    assert {who for who, _ in made} == {"one", "other"} and len({part for _, part in made}) == len(made) > 2
    with sessions() as session:
        analysis = session.get_one(Analysis, analysis_id)
        assert (analysis.status, analysis.focus_score) == ("succeeded", alone.focus_score)
        found = [(str(lesion.id), lesion.lymphocyte_count) for lesion in analysis.lesions]  # an id is its outline's
        assert found == [(lesion.id, lesion.lymphocyte_count) for lesion in alone.lesions] != []
        assert session.scalars(select(HeldPart)).all() == []
    assert not bucket.below("unfinished/"), "what was kept goes once the analysis is over"


@pytest.mark.both_databases
def test_a_part_is_made_by_one_worker_and_by_another_once_that_is_dead_or_has_nothing_to_do(
    sessions: Sessions, user: User
) -> None:
    one, other, late = (uuid4() for _ in range(3))
    with sessions.begin() as session:
        analysis_id = an_analysis(session, a_slide(session, session.get_one(User, user.id))).id
        for who in (one, other):
            workers.beat(session, worker_id=who, host=str(who), pid=1, queues=[jobs.GPU])

    def holds(who: UUID, name: str = "map-0") -> bool:
        with sessions.begin() as session:
            return parts.hold(session, analysis_id=analysis_id, name=name, worker_id=who)

    assert (holds(one), holds(one), holds(other), holds(other, "map-1")) == (True, True, False, True)
    with sessions.begin() as session:
        workers.bury(session, host=str(one), runs=lambda _pid: False)
    assert (holds(one), holds(other), holds(late)) == (False, True, False), "who has no row holds nothing"
    with sessions.begin() as session:
        workers.beat(session, worker_id=late, host="late", pid=1, queues=[jobs.GPU])
        workers.beat(session, worker_id=other, host=str(other), pid=1, queues=[jobs.GPU], idle=True)
    assert holds(late)
    with sessions.begin() as session:
        parts.let_go(session, analysis_id=analysis_id, name="map-0", worker_id=late)
    assert holds(other)
