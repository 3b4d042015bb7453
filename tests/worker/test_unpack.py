"""Archives: what they hold becomes slides, or is refused in a sentence; killed anywhere, nothing is left over."""

import os
import stat
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pydicom
import pytest

from backend.core.settings import Settings
from backend.db.session import Sessions
from backend.db.tables import Slide, User
from backend.services import slides
from backend.storage import Storage, sha256_of
from backend.worker import execute, unpack
from backend.worker.execute import Workplace, inspect
from backend.wsi.slide import Slide as OpenSlide
from tests.factories import Queue, a_slide, write_slide, write_vms
from tests.wsi.arrival.planted import PATIENT, dicom


@pytest.fixture
def place(sessions: Sessions, storage: Storage, queue: Queue) -> Workplace:
    return Workplace(sessions, storage)


def received(place: Workplace, user: User, files: dict[Any, Path | bytes]) -> UUID:
    """An archive with these files, as it is when its upload has just ended."""
    unknown = dict.fromkeys(("width", "height", "levels", "mpp_x", "mpp_y", "mpp_source"))
    with place.sessions.begin() as session:
        slide = a_slide(session, user, name="my zip", entry="slide.zip", status="inspecting", **unknown)
    path = place.storage.slide_file(slide.id, "slide.zip")
    path.parent.mkdir(parents=True)
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, bytes) else content.read_bytes())
    return slide.id


def folder_files(folder: Path) -> dict[str, Path | bytes]:
    return {path.relative_to(folder.parent).as_posix(): path for path in folder.iterdir()}


def rows(place: Workplace) -> list[Slide]:
    with place.sessions() as session:
        return list(session.query(Slide).order_by(Slide.name))


def inspect_all(place: Workplace, slide_id: UUID) -> None:
    inspect(place, slide_id)
    for slide in rows(place):
        inspect(place, slide.id)


def nothing_is_left_over(place: Workplace) -> bool:
    kept = {path.name for path in place.storage.slides.iterdir()}
    inside = {path.name for folder in place.storage.slides.iterdir() for path in folder.iterdir()}
    return kept == {str(slide.id) for slide in rows(place)} and inside <= {"clean", "thumbnail.jpeg", "levels"}


def test_archive_of_one_slide_becomes_that_slide(place: Workplace, user: User, tmp_path: Path) -> None:
    file = write_slide(tmp_path / "唾液腺.tiff")
    slide_id = received(place, user, {"唾液腺.tiff": file, "notes.txt": b"Dear colleague", "preview.jpg": b"x"})
    inspect_all(place, slide_id)
    [slide] = rows(place)
    assert (slide.status, slide.name, slide.width) == ("ready", "my zip", 1500)
    assert (slide.sha256, slide.size_bytes) == (sha256_of(file), file.stat().st_size)
    assert nothing_is_left_over(place)


@pytest.mark.parametrize("kept", [True, False])
def test_archive_of_several_slides_becomes_several(
    place: Workplace, user: User, tmp_path: Path, queue: Queue, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    monkeypatch.setattr(unpack, "get_settings", lambda: Settings(keep_file_names=kept))
    files: dict[str, Path | bytes] = {
        "b/one.tiff": write_slide(tmp_path / "1.tiff"),
        "b/two.tiff": write_slide(tmp_path / "2.tiff", (1300, 900)),
    }
    slide_id = received(place, user, files | folder_files(write_vms(tmp_path / "vms", "three").parent))
    inspect(place, slide_id)
    others = [slide.id for slide in rows(place) if slide.id != slide_id]
    sent = [subject for task, subject in queue.drain() if task == "slide.inspect"]
    assert sorted(sent) == sorted(map(str, others)) and len(others) == 2
    inspect_all(place, slide_id)
    names = ("one", "three", "two") if kept else ("my zip", "Slide 1", "Slide 2")
    assert {slide.name for slide in rows(place)} == set(names)
    assert {(slide.status, slide.width) for slide in rows(place)} == {("ready", side) for side in (1500, 2048, 1300)}
    assert nothing_is_left_over(place)


def test_slide_of_several_files_opens_from_an_archive(place: Workplace, user: User, tmp_path: Path) -> None:
    inspect_all(place, received(place, user, folder_files(write_vms(tmp_path / "vms").parent)))
    [slide] = rows(place)
    with OpenSlide(slides.file_of(slide, place.storage)) as opened:
        assert opened.size == (2048, 1024)


def test_part_of_an_archive_that_is_no_slide_is_listed_with_the_reason(
    place: Workplace, user: User, tmp_path: Path
) -> None:
    good_file = write_slide(tmp_path / "1.tiff")
    slide_id = received(place, user, {"good.tiff": good_file, "Jane Roe.mrxs": b"x", "notes.txt": b"Dear colleague"})
    inspect_all(place, slide_id)
    refused, good = rows(place)
    assert (good.name, good.status) == ("my zip", "ready")
    assert (refused.name, refused.status, refused.size_bytes) == ("Slide 1", "rejected", 1)
    assert (refused.rejection or "").startswith("This file is only a part of the slide")


def test_dicom_series_in_an_archive_become_a_slide_each(place: Workplace, user: User, tmp_path: Path) -> None:
    first = dicom(tmp_path)
    other = pydicom.dcmread(first)
    other.SeriesInstanceUID = pydicom.uid.generate_uid()
    other.SOPInstanceUID = other.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
    other.save_as(tmp_path / "other")
    label = tmp_path / "label.dcm"
    slide_id = received(place, user, {"all/1": first, "all/2": tmp_path / "other", "deep/1.2.840": label})
    inspect_all(place, slide_id)
    assert [slide.status for slide in rows(place)] == ["ready", "ready"], [slide.rejection for slide in rows(place)]
    assert nothing_is_left_over(place)
    kept = [one.read_bytes() for one in place.storage.slides.rglob("*.dcm")]
    assert len(kept) == 2 and not any(PATIENT in one for one in kept)


def link(name: str) -> ZipInfo:
    info = ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["/etc/passwd.svs"], "The archive holds links or paths that lead out of it"),
        (["../../a.svs"], "The archive holds links or paths that lead out of it"),
        (["C:/a.svs"], "The archive holds links or paths that lead out of it"),
        (["..\\a.svs"], "The archive holds links or paths that lead out of it"),
        ([link("a.svs")], "The archive holds links or paths that lead out of it"),
        (["a.svs", "A.SVS"], "The archive holds two files of the same name"),
        (["é.svs", "e\u0301.svs"], "The archive holds two files of the same name"),
        (["a.svs", "inner.zip"], "The archive holds another archive"),
        (["a.mrxs"], "This file is only a part of the slide"),
        (["notes.txt"], "The archive holds no slide"),
        ([], "The archive holds no slide"),
    ],
)
def test_archive_that_leads_astray_is_refused(
    place: Workplace, user: User, names: list[str | ZipInfo], said: str
) -> None:
    slide_id = received(place, user, dict.fromkeys(names, b"content"))
    inspect(place, slide_id)
    [slide] = rows(place)
    assert slide.status == "rejected" and (slide.rejection or "").startswith(said)
    assert list(place.storage.slides.iterdir()) == []


def rejection(place: Workplace, slide_id: UUID) -> str:
    inspect(place, slide_id)
    [slide] = rows(place)
    assert slide.status == "rejected" and list(place.storage.slides.iterdir()) == []
    return slide.rejection or ""


def test_archive_that_grows_beyond_measure_is_refused_before_it_is_unpacked(place: Workplace, user: User) -> None:
    assert "beyond measure" in rejection(place, received(place, user, {"a.svs": bytes(200 * 2**20)}))


def test_archive_that_is_too_large_unpacked_is_refused(
    place: Workplace, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpack, "get_settings", lambda: Settings(max_upload_bytes=1000))
    assert "too large" in rejection(place, received(place, user, {"a.svs": os.urandom(2000)}))


def test_encrypted_archive_is_refused(place: Workplace, user: User) -> None:
    slide_id = received(place, user, {"a.svs": b"x" * 100})
    path = place.storage.slide_file(slide_id, "slide.zip")
    data = bytearray(path.read_bytes())
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 8] |= 1
    data[6] |= 1
    path.write_bytes(data)
    assert "encrypted" in rejection(place, slide_id)


@pytest.mark.parametrize("harm", ["cut", "flipped", "lying", "no zip"])
def test_damaged_archive_is_refused(place: Workplace, user: User, harm: str) -> None:
    slide_id = received(place, user, {"a.svs": os.urandom(5000), "b.svs": os.urandom(5000)})
    path = place.storage.slide_file(slide_id, "slide.zip")
    data = bytearray(path.read_bytes())
    if harm == "cut":
        data = data[:6000]
    elif harm == "flipped":
        data[3000] ^= 0xFF
    elif harm == "lying":
        directory = data.index(b"PK\x01\x02")
        data[directory + 24 : directory + 28] = struct.pack("<I", 4000)
    else:
        data = bytearray(b"PK\x03\x04 and nothing more")
    path.write_bytes(data)
    assert "The archive is damaged" in rejection(place, slide_id)


STEPS = [
    (unpack, "_planned"),
    (unpack, "_move_up"),
    (slides, "was_unpacked"),
    (execute, "unpack"),
    (execute, "receive"),
]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("module", "step"), STEPS)
def test_worker_killed_anywhere_in_an_archive_is_taken_up_again(
    module: object, step: str, when: str, place: Workplace, user: User, tmp_path: Path
) -> None:
    files = {"one.tiff": write_slide(tmp_path / "1.tiff"), "two.tiff": write_slide(tmp_path / "2.tiff", (1300, 900))}
    slide_id = received(place, user, dict(files))
    place.sessions.kw["bind"].dispose()
    if os.fork() == 0:
        setattr(module, step, dying(getattr(module, step), when))
        with suppress(BaseException):
            inspect(place, slide_id)
        os._exit(1)
    assert os.WEXITSTATUS(os.wait()[1]) == 9

    inspect(place, slide_id)
    inspect_all(place, slide_id)
    assert [(slide.name, slide.status) for slide in rows(place)] == [("Slide 1", "ready"), ("my zip", "ready")]
    assert nothing_is_left_over(place)


def dying(step: Callable[..., object], when: str) -> Callable[..., object]:
    """A step at which the process is killed."""

    def die(*given: object, **named: object) -> None:
        if when == "after":
            step(*given, **named)
        os._exit(9)

    return die


def test_archive_that_keeps_killing_its_worker_leaves_nothing(place: Workplace, user: User, tmp_path: Path) -> None:
    slide_id = received(place, user, {"1.tiff": write_slide(tmp_path / "1.tiff"), "2.tiff": tmp_path / "1.tiff"})
    place.sessions.kw["bind"].dispose()
    if os.fork() == 0:
        slides.was_unpacked = dying(slides.was_unpacked, "before")  # type: ignore[assignment]  # in a worker of its own
        inspect(place, slide_id)
    os.wait()
    assert len(list(place.storage.slides.iterdir())) == 2
    with place.sessions.begin() as session:
        session.get_one(Slide, slide_id).crashes = slides.MOST_TRIES + 1
    assert rejection(place, slide_id)
