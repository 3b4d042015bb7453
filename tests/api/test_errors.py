from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from backend.core.settings import Settings
from backend.db.session import Sessions
from backend.db.tables import Slide, User
from backend.main import create_app
from backend.services import cases
from backend.wsi.deepzoom import REVISION
from tests.factories import PASSWORD, Queue, a_case, a_slide


def test_failing_commit_is_not_answered_with_success(
    client: TestClient, sessions: Sessions, user: User, queue: Queue
) -> None:
    with sessions.begin() as session:
        slide = a_slide(session, user)

    def fail(_session: Session) -> None:
        raise OSError("the disk is gone")

    event.listen(Session, "before_commit", fail)
    try:
        answer = client.post(f"/api/slides/{slide.id}/analyses")
    finally:
        event.remove(Session, "before_commit", fail)
    assert answer.status_code == 500
    assert client.get(f"/api/slides/{slide.id}/analyses").json() == []
    assert queue.drain() == [], "a rollback must send nothing"


def test_invalid_input_gets_one_readable_sentence(client: TestClient) -> None:
    answer = client.get("/api/slides?page=0")
    assert answer.status_code == 422
    assert answer.json() == {"detail": "“page” is not valid: input should be greater than or equal to 1."}


def test_text_that_is_not_json_is_named_as_such(anonymous: TestClient) -> None:
    answer = anonymous.post("/api/session", content="{", headers={"Content-Type": "application/json"})
    assert answer.json() == {"detail": "What was sent is not valid JSON."}


def test_password_that_is_too_long_is_not_repeated_in_the_answer(anonymous: TestClient) -> None:
    answer = anonymous.post("/api/session", json={"username": "a", "password": "secret" * 1000})
    assert answer.status_code == 422 and "secretsecret" not in answer.text


def test_unknown_address_of_the_api_is_a_sentence(client: TestClient) -> None:
    answer = client.get("/api/nothing")
    assert (answer.status_code, answer.json()) == (404, {"detail": "There is nothing at this address."})


def test_page_is_served_for_its_own_addresses_and_nothing_outside_is(settings: Settings, queue: Queue) -> None:
    settings.frontend_dir = settings.data_dir / "dist"
    (settings.frontend_dir / "assets").mkdir(parents=True)
    (settings.frontend_dir / "index.html").write_text("the page")
    (settings.frontend_dir / "assets" / "app-1.js").write_text("the script")
    with TestClient(create_app(settings)) as browser:
        assert browser.get("/slides/7").text == "the page"
        assert (browser.head("/").status_code, browser.head("/").text) == (200, "")
        assert "immutable" in browser.get("/assets/app-1.js").headers["Cache-Control"]
        assert browser.get("/assets/gone.js").status_code == 404
        assert browser.get("/%2e%2e/focusscope.db").text == "the page"
        (settings.data_dir / "secret").touch()
        strange = ("/%00", "/api/%00", f"/{'9' * 5000}", "/api/%2e%2e/%2e%2e/secret", "/api/%2e%2e/%2e%2e/no-secret")
        assert [browser.get(one).status_code for one in strange] == [200, 404, 200, 404, 404]


@pytest.mark.both_databases
def test_what_no_database_can_store_is_refused_in_a_sentence(client: TestClient) -> None:
    nul, half = "a\\u0000", "a\\ud800"
    sent = [
        (f"/api/{route}", f'{{"{name}": "{text}", {rest}}}')
        for text in (nul, half)
        for route, name, rest in (
            ("session", "username", '"password": "a"'), ("session", "password", '"username": "a"'),
            ("cases", "pseudonym", '"blind_first": false'), ("links/open", "token", '"a": 0'),
            ("account/password", "new_password", f'"password": "{PASSWORD}"'),
        )
    ]  # fmt: skip
    for address, body in sent:
        answer = client.post(address, content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, "cannot be stored" in answer.json()["detail"]) == (422, True), (address, body)
    large = "9" * 30
    tile = f"/api/slides/{uuid4()}/deepzoom-{REVISION}_files"
    asked = {
        "/api/slides?search=%00": 422, "/api/worklist?search=%00": 422, f"/api/slides?page={large}": 422,
        f"/api/worklist?page={large}": 422, "/api/cases?search=%00": 422, f"{tile}/{large * 200}/0_0.jpeg": 404,
        f"{tile}/0/{large}_0.jpeg": 404,
    }  # fmt: skip
    assert {one: client.get(one).status_code for one in asked} == asked


@pytest.mark.both_databases
def test_what_somebody_else_removes_at_the_same_moment_is_no_fault(
    client: TestClient, sessions: Sessions, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sessions.kw["bind"].dialect.name == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time, so nobody comes between")
    with sessions.begin() as session:
        case = a_case(session, user, slide := a_slide(session, user))

    def removed(*_: object) -> None:
        with sessions.begin() as other:
            other.delete(other.get_one(Slide, slide.id))

    monkeypatch.setattr(cases, "_require_in", removed)
    answer = client.delete(f"/api/cases/{case.id}/slides/{slide.id}")
    assert (answer.status_code, "at the same moment" in answer.json()["detail"]) == (409, True)
