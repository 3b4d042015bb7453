"""What must be drawn: once, without holding up anything else, and never for nobody."""

import resource
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from fastapi.testclient import TestClient
from starlette.requests import Request

from backend.api import tiledesk
from backend.db.session import Sessions
from backend.db.tables import Slide, User
from backend.storage import Storage
from backend.worker.building import build
from backend.worker.execute import Workplace
from backend.wsi import tilecache
from backend.wsi.deepzoom import DeepZoom, tile
from tests.api.tiles.asking import DRAWN, STORED, address
from tests.factories import a_slide


@pytest.fixture
def everything_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is drawn is kept on disk, and nothing in memory."""
    monkeypatch.setattr(tiledesk, "COSTLY_S", 0)
    monkeypatch.setattr(tilecache.RecentTiles, "get", lambda *_: None)


@pytest.mark.usefixtures("everything_kept")
def test_drawn_tile_is_the_same_when_it_comes_from_the_disk(client: TestClient, slide: Slide, storage: Storage) -> None:
    first = client.get(address(slide, DRAWN)).content
    (kept,) = (storage.slide_folder(slide.id) / tilecache.FOLDER).iterdir()
    assert client.get(address(slide, DRAWN)).content == first == kept.read_bytes()


def test_drawn_tile_is_sent_again_without_being_drawn_or_read(
    client: TestClient, slide: Slide, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(address(slide, DRAWN)).content
    shutil.rmtree(storage.slide_folder(slide.id) / tilecache.FOLDER, ignore_errors=True)
    monkeypatch.setattr(tiledesk, "tile", lambda *_: pytest.fail("a tile is drawn"))
    assert client.get(address(slide, DRAWN)).content == first


def test_stored_tiles_are_not_kept_twice(client: TestClient, slide: Slide, storage: Storage) -> None:
    client.get(address(slide, STORED))
    assert not (storage.slide_folder(slide.id) / tilecache.FOLDER).exists()


def test_stored_tiles_and_other_requests_are_answered_while_many_tiles_are_drawn(
    client: TestClient, slide: Slide, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = Event()
    monkeypatch.setattr(tiledesk, "tile", lambda *place: finish.wait(30) and tile(*place))
    drawn = [address(slide, f"10/{column}_{row}") for column in range(4) for row in range(3)] * 4
    with ThreadPoolExecutor(len(drawn)) as browsers:
        answers = [browsers.submit(client.get, one) for one in drawn]
        assert client.get(address(slide, STORED)).status_code == client.get("/api/slides").status_code == 200
        assert not any(answer.done() for answer in answers)
        finish.set()
        assert {answer.result().status_code for answer in answers} == {200}


def test_a_tile_that_nobody_waits_for_any_more_is_not_drawn(
    client: TestClient, slide: Slide, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def has_left(_request: Request) -> bool:
        return True

    monkeypatch.setattr(Request, "is_disconnected", has_left)
    monkeypatch.setattr(tiledesk, "PATIENCE_S", -1)
    answer = client.get(address(slide, DRAWN))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (499, "no-store")
    assert not (storage.slide_folder(slide.id) / tilecache.FOLDER).exists()
    assert client.get(address(slide, STORED)).status_code == 200


def test_levels_that_are_built_replace_what_was_drawn_under_another_tag(
    client: TestClient, slide: Slide, sessions: Sessions, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiledesk, "REMEMBERED_S", 0.1)
    drawn = client.get(address(slide, DRAWN))
    build(Workplace(sessions, storage), slide.id)
    time.sleep(0.2)
    built = client.get(address(slide, DRAWN), headers={"If-None-Match": drawn.headers["ETag"]})
    assert built.status_code == 200 and built.headers["ETag"] != drawn.headers["ETag"]
    assert client.get(address(slide, DRAWN), headers={"If-None-Match": built.headers["ETag"]}).status_code == 304
    pyramid = DeepZoom((1500, 1000), 240)
    monkeypatch.setattr(tiledesk, "tile", lambda *_: pytest.fail("a tile is drawn"))
    for dz_level in range(pyramid.dz_levels):
        columns, rows = (-(-length // 240) for length in pyramid.size_dz(dz_level))
        for place in (f"{dz_level}/{column}_{row}" for column in range(columns) for row in range(rows)):
            assert client.get(address(slide, place)).status_code == 200


def test_more_slides_than_are_remembered_are_shown_with_few_files_open(
    client: TestClient, slide: Slide, sessions: Sessions, storage: Storage, user: User
) -> None:
    with sessions.begin() as session:
        others = [a_slide(session, user) for _ in range(150)]
    for other in others:
        path = storage.slide_file(other.id, other.entry)
        path.parent.mkdir()
        path.hardlink_to(storage.slide_file(slide.id, slide.entry))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    opened = len(list(Path("/proc/self/fd").iterdir()))
    resource.setrlimit(resource.RLIMIT_NOFILE, (opened + 200, hard))
    try:
        assert {client.get(address(one, STORED)).status_code for one in others} == {200}
        with ThreadPoolExecutor(8) as browsers:
            answers = browsers.map(lambda one: client.get(address(one, DRAWN)).status_code, others[:16])
            assert set(answers) == {200}
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
