from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from backend.core.settings import Settings
from backend.db.session import Sessions
from backend.db.tables import User
from backend.main import create_app
from tests.factories import Queue, a_slide


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
        assert "immutable" in browser.get("/assets/app-1.js").headers["Cache-Control"]
        assert browser.get("/assets/gone.js").status_code == 404
        assert browser.get("/%2e%2e/focusscope.db").text == "the page"
