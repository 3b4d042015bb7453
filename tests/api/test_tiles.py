import io
import math
import resource
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Semaphore
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree

import numpy as np
import openslide
import pytest
import tifffile
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import event, update
from starlette.requests import Request

from backend.api import tiledesk
from backend.api.dependencies import SESSION_COOKIE
from backend.api.tiledesk import TileDesk
from backend.db.base import utc_now
from backend.db.session import Sessions
from backend.db.tables import Slide, User, UserSession
from backend.services import accounts
from backend.services.viewing import Shown, Viewing
from backend.storage import Storage
from backend.worker.building import build
from backend.worker.execute import Workplace
from backend.wsi import tilecache
from backend.wsi.deepzoom import DeepZoom, encode_jpeg, tile
from backend.wsi.slide import Slide as OpenedSlide
from backend.wsi.srgb import ToSrgb
from backend.wsi.tilecache import TileCache
from tests.api.acting import engine_of
from tests.factories import PASSWORD, a_slide, write_slide
from tests.profiles import a_profile

STORED, DRAWN = "11/1_1", "9/0_0"


@pytest.fixture
def slide(sessions: Sessions, storage: Storage, user: User) -> Slide:
    """A slide of 1500 × 1000 pixels in JPEG tiles of 240, with one level."""
    rgb = np.random.default_rng(1).integers(0, 255, (1000, 1500, 3), np.uint8)
    with sessions.begin() as session:
        slide = a_slide(session, user)
    path = storage.slide_file(slide.id, slide.entry)
    path.parent.mkdir(parents=True)
    tifffile.imwrite(path, rgb, tile=(240, 240), photometric="rgb", compression="jpeg")
    return slide


@pytest.fixture
def everything_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is drawn is kept on disk, and nothing in memory."""
    monkeypatch.setattr(tiledesk, "COSTLY_S", 0)
    monkeypatch.setattr(tilecache.RecentTiles, "get", lambda *_: None)


def address(slide: Slide, place: str) -> str:
    return f"/api/slides/{slide.id}/deepzoom-5_files/{place}.jpeg"


@contextmanager
def statements(client: TestClient) -> Iterator[list[str]]:
    """What SQLite itself is told, on every connection that is opened from now on."""
    if engine_of(client).dialect.name != "sqlite":
        pytest.skip("Only SQLite repeats what it is told.")
    asked: list[str] = []
    engine = engine_of(client)
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.set_trace_callback(asked.append))
    yield asked


def test_descriptor_states_the_tiles_of_the_file(client: TestClient, slide: Slide) -> None:
    answer = client.get(f"/api/slides/{slide.id}/deepzoom-5.dzi")
    assert 'TileSize="240"' in answer.text and 'Overlap="0"' in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"


def test_stored_tile_is_sent_with_the_bytes_of_the_file(client: TestClient, slide: Slide, storage: Storage) -> None:
    with tifffile.TiffFile(storage.slide_file(slide.id, slide.entry)) as tiff:
        page: Any = tiff.pages[0]
        tiff.filehandle.seek(page.dataoffsets[8])
        stored = tiff.filehandle.read(page.databytecounts[8])
    scan = stored[stored.index(b"\xff\xda") :]
    assert client.get(address(slide, STORED)).content.endswith(scan)


@pytest.mark.parametrize("place", [STORED, DRAWN])
def test_panning_costs_one_question_to_the_database_every_few_seconds(
    client: TestClient, slide: Slide, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(tiledesk, "REMEMBERED_S", 1.0)
    client.get(address(slide, place))
    time.sleep(1.1)
    with statements(client) as asked:
        assert {client.get(address(slide, place)).status_code for _ in range(5)} == {200}
        assert len([one for one in asked if one.startswith("SELECT")]) == 1
        time.sleep(1.1)
        assert client.get(address(slide, place)).status_code == 200
    told = [one for one in asked if not one.startswith("PRAGMA")]
    assert len(told) == 2 and all(one.startswith("SELECT") for one in told)


def test_a_screen_full_of_tiles_asks_once_whether_they_may_be_seen(
    client: TestClient, slide: Slide, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, asked, came = Event(), list[UUID](), Semaphore(0)
    shown, sight = Viewing.shown, TileDesk.sight

    def slowly(self: Viewing, *, slide_id: UUID, token: str | None) -> Shown:
        asked.append(slide_id)
        finish.wait(60)
        return shown(self, slide_id=slide_id, token=token)

    def counted(*given: Any) -> Any:
        came.release()
        return sight(*given)

    monkeypatch.setattr(Viewing, "shown", slowly)
    monkeypatch.setattr(TileDesk, "sight", counted)
    with ThreadPoolExecutor(6) as browser:
        answers = [browser.submit(client.get, address(slide, STORED)) for _ in range(6)]
        assert all(came.acquire(timeout=60) for _ in answers)
        finish.set()
        assert {answer.result().status_code for answer in answers} == {200}
    assert asked == [slide.id]


@pytest.mark.both_databases
def test_words_prepared_for_the_database_are_understood_by_it(client: TestClient, slide: Slide) -> None:
    asked_anew: list[str] = []
    event.listen(engine_of(client), "before_cursor_execute", lambda *said: asked_anew.append(said[2]))
    assert client.get(address(slide, STORED)).status_code == 200
    assert not [one for one in asked_anew if "user_session" in one], "only the look is noted"


@pytest.mark.parametrize("place", [STORED, DRAWN])
def test_browser_keeps_a_tile_and_need_not_ask_twice(client: TestClient, slide: Slide, place: str) -> None:
    first = client.get(address(slide, place))
    assert first.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    for known in (first.headers["ETag"], f'"other", {first.headers["ETag"]}'):
        again = client.get(address(slide, place), headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
    assert client.get(address(slide, place), headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("place", [STORED, DRAWN])
def test_who_signs_out_or_is_disabled_gets_no_further_tile(
    client: TestClient, slide: Slide, sessions: Sessions, place: str
) -> None:
    tag = client.get(address(slide, place)).headers["ETag"]
    cookie = {"Cookie": f"{SESSION_COOKIE}={client.cookies[SESSION_COOKIE]}"}
    assert client.get(address(slide, place), headers=cookie).status_code == 200
    assert client.delete("/api/session").status_code == 204
    assert client.get(address(slide, place), headers=cookie).status_code == 401
    assert client.get(address(slide, place), headers={**cookie, "If-None-Match": tag}).status_code == 401
    client.post("/api/session", json={"username": "reader", "password": PASSWORD})
    assert client.get(address(slide, place)).status_code == 200
    with sessions.begin() as session:
        accounts.disable_user(session, username="reader")
    assert client.get(address(slide, place)).status_code == 401


@pytest.mark.parametrize("place", [STORED, DRAWN])
def test_what_another_process_takes_away_is_noticed_within_seconds(
    client: TestClient, slide: Slide, sessions: Sessions, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    assert tiledesk.REMEMBERED_S <= 3
    monkeypatch.setattr(tiledesk, "REMEMBERED_S", 0.5)
    assert client.get(address(slide, place)).status_code == 200
    with sessions.begin() as session:  # as others do: nothing in this process is told
        session.execute(update(UserSession).values(expires_at=utc_now()))
    time.sleep(0.6)
    assert client.get(address(slide, place)).json() == {"detail": "The session has ended: please sign in again."}


def test_permission_of_one_reader_is_not_lent_to_another(
    client: TestClient, other_client: TestClient, anonymous: TestClient, slide: Slide
) -> None:
    assert client.get(address(slide, STORED)).status_code == other_client.get(address(slide, STORED)).status_code == 200
    for cookie in ("", f"{SESSION_COOKIE}=guessed", f"x{SESSION_COOKIE}={client.cookies[SESSION_COOKIE]}"):
        client.cookies.clear()
        assert client.get(address(slide, STORED), headers={"Cookie": cookie}).status_code == 401


def test_tile_beyond_the_edge_and_address_that_is_none_are_sentences(client: TestClient, slide: Slide) -> None:
    client.get(address(slide, STORED))
    for place in ("11/7_0", "11/0_5", "12/0_0", "99/0_0", "10/4_0"):
        answer = client.get(address(slide, place))
        assert (answer.status_code, answer.json()) == (404, {"detail": "The slide has no such tile."})
    assert client.get(address(slide, "11/a_0")).status_code == 404


def test_slide_that_has_not_passed_inspection_or_is_gone_has_no_tiles(
    client: TestClient, slide: Slide, sessions: Sessions
) -> None:
    with sessions.begin() as session:
        session.execute(update(Slide).values(status="inspecting"))
    assert client.get(address(slide, STORED)).status_code == 409
    with sessions.begin() as session:
        session.execute(update(Slide).values(status="ready"))
    assert client.get(address(slide, STORED)).status_code == 200
    assert client.delete(f"/api/slides/{slide.id}").status_code == 204
    assert client.get(address(slide, STORED)).status_code == 404


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


def test_what_is_remembered_of_drawn_tiles_stays_below_its_bound() -> None:
    recent, slides = tilecache.RecentTiles(most_bytes=1000), [uuid4(), uuid4()]
    for number in range(20):
        recent.put(slides[number % 2], str(number), bytes(number) * 10)
        assert number < 2 or recent.get(slides[0], "2") == bytes(20)  # it is asked for all the time
    kept = [number for number in range(20) if recent.get(slides[number % 2], str(number))]
    assert sum(10 * number for number in kept) <= 1000 and {2, 19} <= set(kept) and 3 not in kept


def test_stored_tiles_are_not_kept_twice(client: TestClient, slide: Slide, storage: Storage) -> None:
    client.get(address(slide, STORED))
    assert not (storage.slide_folder(slide.id) / tilecache.FOLDER).exists()


def test_drawn_tiles_stay_below_the_bound(tmp_path: Path) -> None:
    cache = TileCache(tmp_path, most_bytes=10_000)
    for number in range(200):
        folder = tmp_path / f"slide-{number % 3}"
        folder.mkdir(exist_ok=True)
        cache.put(folder, f"{number}.jpeg", bytes(500))
        assert sum(path.stat().st_size for path in tmp_path.glob("*/*/*")) <= 10_000 * 17 / 16
    assert cache.get(tmp_path / "slide-1", "199.jpeg") == bytes(500)
    assert cache.get(tmp_path / "slide-0", "0.jpeg") is None


def test_a_tile_of_a_slide_that_was_removed_meanwhile_leaves_no_folder(tmp_path: Path) -> None:
    TileCache(tmp_path, most_bytes=10_000).put(tmp_path / "gone", "1.jpeg", bytes(500))
    assert list(tmp_path.iterdir()) == []


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


def test_a_client_that_knows_nothing_but_the_deep_zoom_schema_sees_the_whole_slide(
    client: TestClient, slide: Slide, storage: Storage
) -> None:
    """The finest level, put together from the descriptor alone, is what OpenSlide reads; each coarser one halves it."""
    address = f"/api/slides/{slide.id}/deepzoom-5"
    image = ElementTree.fromstring(client.get(f"{address}.dzi").text)
    (size,) = image
    width, height, side = int(size.attrib["Width"]), int(size.attrib["Height"]), int(image.attrib["TileSize"])
    assert image.attrib["Overlap"] == "0"
    finest = math.ceil(math.log2(max(width, height)))
    for level in range(finest, -1, -1):
        across, down = (math.ceil(length / 2 ** (finest - level)) for length in (width, height))
        whole = Image.new("RGB", (across, down))
        for column, row in np.ndindex(math.ceil(across / side), math.ceil(down / side)):
            data = client.get(f"{address}_files/{level}/{column}_{row}.{image.attrib['Format']}").content
            tile = Image.open(io.BytesIO(data))
            assert tile.size == (min(side, across - column * side), min(side, down - row * side))
            whole.paste(tile, (column * side, row * side))
        if level == finest:
            with openslide.OpenSlide(storage.slide_file(slide.id, slide.entry)) as file:
                read = file.read_region((0, 0), 0, file.dimensions).convert("RGB")
            inner = (0, 0, width // side * side, height // side * side)  # what is not cut is not coded anew
            assert whole.crop(inner).tobytes() == read.crop(inner).tobytes()
        assert np.abs(np.asarray(whole, float).mean((0, 1)) - np.asarray(read, float).mean((0, 1))).max() < 6


def test_srgb_is_another_pyramid_with_tiles_that_littlecms_would_make(
    client: TestClient, sessions: Sessions, storage: Storage, user: User
) -> None:
    with sessions.begin() as session:
        profiled = a_slide(session, user)
    path = write_slide(storage.slide_file(profiled.id, profiled.entry), profile=a_profile())
    root = f"/api/slides/{profiled.id}/deepzoom-5"
    assert client.get(f"/api/slides/{profiled.id}/colours").json() == {"has_profile": True}
    assert client.get(f"{root}-srgb-1.dzi").text == client.get(f"{root}.dzi").text
    to_srgb = ToSrgb.of(a_profile())
    assert to_srgb
    with OpenedSlide(path) as opened:
        expected = [encode_jpeg(to_srgb(tile(opened, DeepZoom.of(opened), 11, column, 0))) for column in range(6)]
    for column, data in enumerate(expected):
        stored = client.get(f"{root}_files/11/{column}_0.jpeg")
        srgb = client.get(f"{root}-srgb-1_files/11/{column}_0.jpeg")
        assert srgb.content == data != stored.content
        assert srgb.headers["Cache-Control"] == stored.headers["Cache-Control"]
        assert srgb.headers["ETag"] != stored.headers["ETag"]
        known = {"If-None-Match": srgb.headers["ETag"]}
        assert client.get(f"{root}-srgb-1_files/11/{column}_0.jpeg", headers=known).status_code == 304
        assert client.get(f"{root}-srgb-1_files/11/{column}_0.jpeg").content == data, "as it was kept"
    assert client.get(f"{root}-srgb-1_files/11/7_0.jpeg").status_code == 404


def test_srgb_of_levels_that_were_built_is_made_of_the_built_tiles(
    client: TestClient, sessions: Sessions, storage: Storage, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sessions.begin() as session:
        profiled = a_slide(session, user)
    write_slide(storage.slide_file(profiled.id, profiled.entry), profile=a_profile())
    build(Workplace(sessions, storage), profiled.id)
    monkeypatch.setattr(tiledesk, "tile", lambda *_: pytest.fail("a tile is drawn from what lies under it"))
    root, to_srgb = f"/api/slides/{profiled.id}/deepzoom-5", ToSrgb.of(a_profile())
    built = np.asarray(Image.open(io.BytesIO(client.get(f"{root}_files/8/0_0.jpeg").content)))
    srgb = Image.open(io.BytesIO(client.get(f"{root}-srgb-1_files/8/0_0.jpeg").content))
    assert to_srgb and np.abs(np.asarray(srgb, int) - to_srgb(built)).mean() < 2


def test_slide_without_a_profile_says_so(client: TestClient, slide: Slide) -> None:
    assert client.get(f"/api/slides/{slide.id}/colours").json() == {"has_profile": False}
    for rest in (".dzi", "_files/9/0_0.jpeg"):
        answer = client.get(f"/api/slides/{slide.id}/deepzoom-5-srgb-1{rest}")
        assert (answer.status_code, answer.json()["detail"]) == (
            404,
            "The slide has no colour profile, so it can only be shown in its stored colours.",
        )


@pytest.mark.parametrize("rest", ["thumbnail.jpeg", "crop.jpeg?x=0&y=0&side=300"])
def test_thumbnail_and_crops_are_kept_and_refused_as_tiles_are(
    client: TestClient, slide: Slide, sessions: Sessions, storage: Storage, rest: str
) -> None:
    with sessions.begin() as session:
        session.execute(update(Slide).values(has_thumbnail=True))
    storage.thumbnail(slide.id).write_bytes(b"picture")
    picture = f"/api/slides/{slide.id}/{rest}"
    first = client.get(picture)
    assert first.headers["Cache-Control"] == client.get(address(slide, STORED)).headers["Cache-Control"]
    again = client.get(picture, headers={"If-None-Match": f'"other", {first.headers["ETag"]}'})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert client.delete("/api/session").status_code == 204
    assert client.get(picture, headers={"If-None-Match": first.headers["ETag"]}).status_code == 401
