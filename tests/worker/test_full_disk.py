"""A disk that is full when a slide is inspected: nothing is lost, and it goes on when there is room."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import pytest
from fastapi.testclient import TestClient

from backend import jobs
from backend.db.session import Sessions
from backend.db.tables import User
from backend.storage import Storage, sha256_of
from backend.worker.catch_up import resume_delayed
from backend.worker.execute import Workplace, inspect
from tests.factories import Queue, a_slide, write_slide


@pytest.fixture
def small_disk(storage: Storage) -> Iterator[Callable[[int], None]]:
    """A disk of its own below the slides, of so many megabytes; called again, it grows."""

    def size(megabytes: int, *more: str) -> None:
        options = ",".join((f"size={megabytes}m", *more))
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(storage.root)]
        if subprocess.run(command, stderr=subprocess.DEVNULL).returncode:
            pytest.skip("only root can mount a disk")

    def grow(megabytes: int) -> None:
        size(megabytes, *(["remount"] if storage.root.is_mount() else []))
        storage.prepare()

    yield grow
    if storage.root.is_mount():
        subprocess.run(["umount", "-l", str(storage.root)], check=True)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    """Slides on another disk than the database."""
    storage = Storage(tmp_path / "disk")
    storage.prepare()
    return storage


def slide_file(path: Path) -> None:
    write_slide(path)


def archive(path: Path) -> None:
    write_slide(path.with_suffix(".tiff"))
    with ZipFile(path, "w") as packed:
        packed.write(path.with_suffix(".tiff"), "slide.tiff")
    path.with_suffix(".tiff").unlink()


@pytest.mark.parametrize(("entry", "write"), [("slide.tiff", slide_file), ("slide.zip", archive)])
def test_slide_waits_for_room_and_is_inspected_when_there_is_some(
    small_disk: Callable[[int], None], storage: Storage, sessions: Sessions, user: User, client: TestClient,
    queue: Queue, entry: str, write: Callable[[Path], None],
) -> None:  # fmt: skip
    small_disk(50)
    with sessions.begin() as session:
        slide_id = a_slide(session, user, entry=entry, status="inspecting").id
    path = storage.slide_file(slide_id, entry)
    path.parent.mkdir(parents=True)
    write(path)
    before = sha256_of(path)

    inspect(Workplace(sessions, storage), slide_id)
    assert {one.name: sha256_of(one) for one in storage.slides.rglob("*") if one.is_file()} == {entry: before}
    shown = client.get(f"/api/slides/{slide_id}").json()
    assert shown["status"] == "inspecting" and shown["delay"].startswith("The server's disk is full.")

    resume_delayed(sessions, storage)
    assert inspections(queue) == []
    small_disk(300)
    resume_delayed(sessions, storage)
    assert inspections(queue) == [slide_id]
    inspect(Workplace(sessions, storage), slide_id)
    shown = client.get(f"/api/slides/{slide_id}").json()
    assert (shown["status"], shown["delay"]) == ("ready", None)


def inspections(queue: Queue) -> list[UUID]:
    """Return the slides that messages ask to inspect."""
    return [UUID(one) for name, one in queue.drain() if name == jobs.INSPECT_SLIDE]
