from pathlib import Path
from uuid import UUID

import pytest

from backend.db.session import Sessions
from backend.db.tables import Slide, User
from backend.services import slides
from backend.storage import Storage
from backend.worker.execute import Workplace, inspect
from tests.factories import a_slide, write_slide, write_vms


@pytest.fixture
def place(sessions: Sessions, storage: Storage) -> Workplace:
    return Workplace(sessions, storage)


def received(place: Workplace, user: User, suffix: str = ".tiff") -> tuple[UUID, Path]:
    """A slide as it is when its upload has just ended."""
    unknown = dict.fromkeys(("width", "height", "levels", "mpp_x", "mpp_y", "mpp_source"))
    with place.sessions.begin() as session:
        slide = a_slide(session, user, entry=f"slide{suffix}", status="inspecting", **unknown)
    path = place.storage.slide_file(slide.id, slide.entry)
    path.parent.mkdir(parents=True)
    return slide.id, path


def read(place: Workplace, slide_id: UUID) -> Slide:
    with place.sessions() as session:
        return session.get_one(Slide, slide_id)


def test_slide_is_ready_with_its_measures_and_a_thumbnail(place: Workplace, user: User) -> None:
    slide_id, path = received(place, user)
    write_slide(path, size=(1500, 1000), mpp=0.5)
    inspect(place, slide_id)
    slide = read(place, slide_id)
    assert (slide.status, slide.width, slide.height, slide.mpp_source) == ("ready", 1500, 1000, "file")
    assert slide.mpp_x == pytest.approx(0.5, rel=1e-3)
    assert slide.has_thumbnail and place.storage.thumbnail(slide_id).stat().st_size > 500


def test_slide_of_several_files_is_opened_by_its_index(place: Workplace, user: User) -> None:
    slide_id, path = received(place, user)
    with place.sessions.begin() as session:
        session.get_one(Slide, slide_id).entry = "source/slide.vms"
    write_vms(path.parent / "source")
    inspect(place, slide_id)
    slide = read(place, slide_id)
    assert (slide.status, slide.width, slide.height, slide.vendor) == ("ready", 2048, 1024, "hamamatsu")


def test_slide_without_pixel_size_is_ready_but_says_so(place: Workplace, user: User) -> None:
    slide_id, path = received(place, user)
    write_slide(path, mpp=None)
    inspect(place, slide_id)
    slide = read(place, slide_id)
    assert (slide.status, slide.mpp_x, slide.mpp_source) == ("ready", None, None)


def test_text_file_is_rejected_with_a_sentence_and_its_bytes_are_gone(place: Workplace, user: User) -> None:
    slide_id, path = received(place, user, ".svs")
    path.write_text("Dear colleague, the slide is on the other disk.")
    inspect(place, slide_id)
    slide = read(place, slide_id)
    assert slide.status == "rejected" and (slide.rejection or "").endswith(".")
    assert not path.parent.exists()


def test_inspecting_twice_changes_nothing(place: Workplace, user: User) -> None:
    slide_id, path = received(place, user)
    write_slide(path)
    inspect(place, slide_id)
    inspect(place, slide_id)
    assert read(place, slide_id).status == "ready"


def test_file_that_keeps_killing_its_worker_is_rejected(place: Workplace, user: User) -> None:
    slide_id, path = received(place, user)
    write_slide(path)
    for _ in range(slides.MOST_TRIES):
        with place.sessions.begin() as session:
            slides.begin_inspection(session, slide_id=slide_id)
    inspect(place, slide_id)
    assert read(place, slide_id).rejection == "The file makes the slide reader crash: it is damaged."
