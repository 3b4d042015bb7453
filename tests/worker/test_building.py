from pathlib import Path

import pytest

from backend import jobs
from backend.db.session import Sessions
from backend.db.tables import Slide, User
from backend.services import slides
from backend.storage import Storage
from backend.worker.building import build, is_unbuilt
from backend.worker.catch_up import send_half_built
from backend.worker.execute import Workplace, inspect
from backend.wsi.levels import FILE, PLACES
from tests.factories import Queue, a_slide, a_stored_slide, write_slide


@pytest.fixture
def place(sessions: Sessions, storage: Storage) -> Workplace:
    return Workplace(sessions, storage)


@pytest.fixture
def slide(place: Workplace, user: User) -> Slide:
    with place.sessions.begin() as session:
        return a_stored_slide(session, place.storage, user)


def built(place: Workplace, slide: Slide) -> Path:
    return place.storage.levels(slide.id) / FILE


def test_levels_are_built_once_a_slide_has_been_accepted(place: Workplace, user: User, queue: Queue) -> None:
    with place.sessions.begin() as session:
        slide = a_slide(session, user, status="inspecting", width=None, height=None)
    write_slide(place.storage.slide_file(slide.id, slide.entry))
    queue.drain()
    inspect(place, slide.id)
    assert (jobs.BUILD_LEVELS, str(slide.id)) in queue.drain()
    build(place, slide.id)
    assert built(place, slide).stat().st_size > 1000


def test_message_that_was_lost_is_made_up_for_until_the_levels_are_there(place: Workplace, slide: Slide) -> None:
    assert is_unbuilt(place, slide.id)
    build(place, slide.id)
    assert not is_unbuilt(place, slide.id)


def test_levels_of_an_earlier_revision_are_built_anew_once_and_removed(place: Workplace, slide: Slide) -> None:
    folder = place.storage.levels(slide.id)
    folder.mkdir()
    for name in ("4.tiles", "4.places"):  # whose finest level may be left to be drawn
        (folder / name).write_bytes(b"earlier")
    assert is_unbuilt(place, slide.id), "a worker that starts has them built"
    build(place, slide.id)
    assert {one.name for one in folder.iterdir()} == {FILE, PLACES, "lock"}
    assert not is_unbuilt(place, slide.id)


def test_message_that_comes_twice_builds_once(place: Workplace, slide: Slide) -> None:
    build(place, slide.id)
    first = built(place, slide).stat()
    build(place, slide.id)
    assert built(place, slide).stat().st_ino == first.st_ino


def test_slide_that_kills_its_workers_is_given_up(place: Workplace, slide: Slide) -> None:
    built(place, slide).parent.mkdir()
    for _ in range(slides.MOST_TRIES):
        with place.sessions.begin() as session:
            assert slides.begin_building(session, slide_id=slide.id)
    build(place, slide.id)
    assert not built(place, slide).exists()


def test_levels_for_which_there_was_no_room_are_built_when_there_is_however_often_that_was_tried(
    place: Workplace, slide: Slide, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(place.storage, "free_bytes", lambda: 0)
        for _ in range(slides.MOST_TRIES + 1):
            queue.drain()
            build(place, slide.id)
            send_half_built(place.sessions)
            assert queue.drain() == [(jobs.BUILD_LEVELS, str(slide.id))]
    build(place, slide.id)
    assert built(place, slide).exists()
    send_half_built(place.sessions)
    assert queue.drain() == []


def test_levels_go_with_their_slide(place: Workplace, slide: Slide, user: User) -> None:
    build(place, slide.id)
    with place.sessions.begin() as session:
        slides.delete(session, slide=session.get_one(Slide, slide.id), storage=place.storage, by=user)
    build(place, slide.id)
    assert not place.storage.slide_folder(slide.id).exists()
