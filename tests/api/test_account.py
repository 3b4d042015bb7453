from datetime import timedelta

from fastapi.testclient import TestClient
from sqlalchemy import select, update

from backend.core.settings import Settings
from backend.db.base import utc_now
from backend.db.session import Sessions
from backend.db.tables import AuditEvent, User, UserSession
from backend.main import create_app
from backend.services import accounts, invitations
from tests.api.test_tokens import made, program
from tests.factories import PASSWORD, a_user

NEW = "violet otter climbs nine"
FIREFOX = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"}


def elsewhere(settings: Settings) -> TestClient:
    """The same user in another browser."""
    browser = TestClient(create_app(settings))
    said = {"username": "reader", "password": PASSWORD}
    assert browser.post("/api/session", json=said, headers=FIREFOX).status_code == 200
    return browser


def test_user_sees_where_they_are_signed_in_and_signs_out_there(client: TestClient, settings: Settings) -> None:
    other = elsewhere(settings)
    listed = client.get("/api/account/sessions").json()
    assert sorted((one["browser"], one["is_this_one"]) for one in listed) == [("", True), ("Firefox, Windows", False)]
    theirs = next(one["id"] for one in listed if not one["is_this_one"])
    assert client.delete(f"/api/account/sessions/{theirs}").status_code == 204
    assert (other.get("/api/session").status_code, client.get("/api/session").status_code) == (401, 200)


def test_signing_out_everywhere_else_leaves_this_browser_and_other_people_alone(
    client: TestClient, other_client: TestClient, settings: Settings
) -> None:
    other = elsewhere(settings)
    assert client.delete("/api/account/sessions").status_code == 204
    asked = [one.get("/api/session").status_code for one in (client, other, other_client)]
    assert asked == [200, 401, 200]


def test_use_of_a_session_is_noted_now_and_then(client: TestClient, sessions: Sessions) -> None:
    long_ago = utc_now() - timedelta(hours=1)
    with sessions.begin() as session:
        session.execute(update(UserSession).values(last_used_at=long_ago))
    assert client.get("/api/slides").status_code == 200
    with sessions() as session:
        assert session.scalars(select(UserSession.last_used_at)).one() > long_ago + timedelta(minutes=59)


def test_user_takes_another_password_and_nothing_else_lets_them_in_any_more(
    client: TestClient, user: User, settings: Settings, sessions: Sessions
) -> None:
    other, token = elsewhere(settings), made(client)["token"]
    with sessions.begin() as session:
        boss = a_user(session, "boss", role="admin")
        _, link = invitations.for_new_password(session, user=accounts.of_id(session, user_id=user.id), by=boss)
    change = {"password": PASSWORD, "new_password": NEW}
    wrong = client.post("/api/account/password", json=change | {"password": "not mine"})
    assert (wrong.status_code, wrong.json()["detail"]) == (403, "The password is not right: nothing has been done.")
    assert program(client, token).get("/api/slides").status_code == 200, "nothing has been done"
    assert client.post("/api/account/password", json=change).status_code == 204
    assert program(client, token).get("/api/slides").status_code == 401
    assert client.post("/api/links/open", json={"token": link}).status_code == 404
    assert (client.get("/api/session").status_code, other.get("/api/session").status_code) == (200, 401)
    for password, status in ((PASSWORD, 401), (NEW, 200)):
        assert other.post("/api/session", json={"username": "reader", "password": password}).status_code == status
    with sessions() as session:
        noted = session.scalars(select(AuditEvent).where(AuditEvent.action == "user.set_password")).all()
        assert [one.actor_id for one in noted] == [user.id]


def test_who_knew_the_session_before_the_password_was_changed_is_out(client: TestClient) -> None:
    known = client.cookies["focusscope_session"]
    answer = client.post("/api/account/password", json={"password": PASSWORD, "new_password": NEW})
    assert "HttpOnly" in answer.headers["set-cookie"] and "SameSite=strict" in answer.headers["set-cookie"]
    (here,) = client.get("/api/account/sessions").json()
    assert here["is_this_one"], "the browser does not notice"
    client.cookies.clear()
    assert client.get("/api/session", headers={"Cookie": f"focusscope_session={known}"}).status_code == 401


def test_who_holds_a_session_cannot_guess_the_password_by_changing_it(client: TestClient) -> None:
    change = {"password": "a guess", "new_password": NEW}
    asked = [client.post("/api/account/password", json=change).status_code for _ in range(6)]
    assert asked == [403] * 5 + [429]
