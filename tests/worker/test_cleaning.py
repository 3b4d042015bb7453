"""Slides that were received before clean files existed are made clean, and nothing that hangs on them is lost."""

from pathlib import Path
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from backend.db.session import Sessions
from backend.db.tables import AuditEvent, Slide, User
from backend.services import slides
from backend.storage import Storage
from backend.worker import cleaning
from backend.worker.cleaning import clean_stored
from backend.worker.execute import Workplace
from tests.factories import Queue, a_finished_analysis, a_slide, an_analysis
from tests.wsi.arrival.planted import PATIENT, svs


@pytest.fixture
def place(sessions: Sessions, storage: Storage, queue: Queue) -> Workplace:
    return Workplace(sessions, storage)


def stored_as_it_arrived(place: Workplace, user: User, width: int = 1024) -> UUID:
    """A slide of an early release: its file as it came, with built levels, a thumbnail and maps beside it."""
    with place.sessions.begin() as session:
        slide = a_slide(session, user, entry="slide.svs", width=width, height=1024, levels=2)
        a_finished_analysis(session, slide)
    folder = place.storage.slide_folder(slide.id)
    for inside in ("levels", "maps"):
        (folder / inside).mkdir(parents=True)
        (folder / inside / "file").write_bytes(b"derived")
    svs(folder / "slide.svs")
    return slide.id


def folder_of(place: Workplace, slide_id: UUID) -> Path:
    return place.storage.slide_folder(slide_id)


def test_stored_slide_is_cleaned_once_keeps_its_maps_and_says_what_was_left_out(
    place: Workplace, user: User, client: TestClient
) -> None:
    slide_id = stored_as_it_arrived(place, user)
    [said] = clean_stored(place)
    assert said.refused is None and said.left_out[0].startswith("3 images") and "description: User" in said.left_out
    assert {one.name for one in folder_of(place, slide_id).iterdir()} == {"clean", "thumbnail.jpeg", "maps"}
    assert not any(PATIENT in one.read_bytes() for one in folder_of(place, slide_id).rglob("*") if one.is_file())
    assert client.get(f"/api/slides/{slide_id}/deepzoom-5_files/10/0_0.jpeg").status_code == 200
    with place.sessions() as session:
        [event] = session.scalars(select(AuditEvent).where(AuditEvent.action == "slide.clean"))
        assert event.after == {"left_out": said.left_out}
    assert list(clean_stored(place)) == []


def test_cleaning_that_was_killed_goes_on(place: Workplace, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    slide_id = stored_as_it_arrived(place, user)
    for step, module in (("was_cleaned", slides), ("remove_all_but", cleaning)):
        with monkeypatch.context() as killed:
            killed.setattr(module, step, lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                list(clean_stored(place))
        assert (folder_of(place, slide_id) / "slide.svs").exists()
    list(clean_stored(place))
    assert not (folder_of(place, slide_id) / "slide.svs").exists()
    with place.sessions() as session:
        assert session.get_one(Slide, slide_id).entry == "clean/slide.svs"


def test_slide_that_is_analysed_or_whose_lesions_would_move_is_left_as_it_is(place: Workplace, user: User) -> None:
    moving, busy = stored_as_it_arrived(place, user, width=1000), stored_as_it_arrived(place, user)
    with place.sessions.begin() as session:
        an_analysis(session, session.get_one(Slide, busy))
    refused = {one.slide_id: one.refused or "" for one in clean_stored(place)}
    assert "would lie elsewhere" in refused[moving] and "is being analysed" in refused[busy]
    for slide_id in (moving, busy):
        assert {one.name for one in folder_of(place, slide_id).iterdir()} == {"slide.svs", "levels", "maps"}
