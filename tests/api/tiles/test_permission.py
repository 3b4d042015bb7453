"""Who is given tiles, and what asking for that costs."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Semaphore
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, update

from backend.api import tiledesk
from backend.api.dependencies import SESSION_COOKIE
from backend.api.routes.tiles import PICTURES
from backend.api.tiledesk import TileDesk
from backend.db.base import utc_now
from backend.db.session import Sessions
from backend.db.tables import Slide, UserSession
from backend.services import accounts
from backend.services.viewing import Shown, Viewing
from backend.storage import Storage
from tests.api.acting import engine_of
from tests.api.tiles.asking import DRAWN, STORED, address
from tests.factories import PASSWORD


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


@pytest.mark.parametrize("rest", ["thumbnail.jpeg", "crop.jpeg?x=0&y=0&side=300"])
def test_thumbnail_and_crops_are_kept_and_refused_as_tiles_are(
    client: TestClient, slide: Slide, sessions: Sessions, storage: Storage, rest: str
) -> None:
    with sessions.begin() as session:
        session.execute(update(Slide).values(has_thumbnail=True))
    storage.thumbnail(slide.id).write_bytes(b"picture")
    bare = client.get(f"/api/slides/{slide.id}/{rest}")  # may be drawn otherwise some day
    assert bare.headers["Cache-Control"] == "private, no-cache"
    picture = f"/api/slides/{slide.id}/{rest}{'&' if '?' in rest else '?'}revision={PICTURES}"
    first = client.get(picture)
    assert first.headers["Cache-Control"] == client.get(address(slide, STORED)).headers["Cache-Control"]
    again = client.get(picture, headers={"If-None-Match": f'"other", {first.headers["ETag"]}'})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert client.delete("/api/session").status_code == 204
    assert client.get(picture, headers={"If-None-Match": first.headers["ETag"]}).status_code == 401
