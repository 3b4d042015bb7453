from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from backend.db.base import utc_now
from backend.db.session import Sessions
from backend.db.tables import User, UserSession
from backend.services import accounts
from tests.factories import PASSWORD


def test_signed_in_user_learns_who_they_are_and_what_the_software_is_for(client: TestClient, user: User) -> None:
    session = client.get("/api/session").json()
    assert session["user"] == {"id": str(user.id), "username": "reader", "display_name": "Reader"}
    assert session["software"].startswith("FocusScope ")
    assert session["notice"] == "For Research Use Only. Not for use in diagnostic procedures."


def test_cookie_is_closed_to_scripts_and_other_sites(anonymous: TestClient, user: User) -> None:
    answer = anonymous.post("/api/session", json={"username": "reader", "password": PASSWORD})
    assert all(flag in answer.headers["set-cookie"] for flag in ("HttpOnly", "SameSite=strict", "Path=/"))


def test_database_holds_no_token_that_a_thief_could_use(client: TestClient, sessions: Sessions) -> None:
    token = client.cookies["focusscope_session"]
    with sessions() as session:
        assert token not in (session.scalar(select(UserSession.token_sha256)) or "")


@pytest.mark.parametrize(("username", "password"), [("reader", "not the password"), ("nobody", PASSWORD)])
def test_wrong_name_and_wrong_password_get_the_same_sentence(
    anonymous: TestClient, user: User, username: str, password: str
) -> None:
    answer = anonymous.post("/api/session", json={"username": username, "password": password})
    assert (answer.status_code, answer.json()) == (401, {"detail": "The username or the password is not right."})


def test_signed_out_user_is_a_stranger_again(client: TestClient) -> None:
    token = client.cookies["focusscope_session"]
    assert client.delete("/api/session").status_code == 204
    client.cookies.set("focusscope_session", token)
    assert client.get("/api/session").json() == {"detail": "Please sign in."}


def test_session_ends_by_itself(client: TestClient, sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.execute(update(UserSession).values(expires_at=utc_now() - timedelta(seconds=1)))
    assert client.get("/api/slides").status_code == 401


def test_disabled_user_is_out_at_once_and_stays_out(client: TestClient, sessions: Sessions) -> None:
    with sessions.begin() as session:
        accounts.disable_user(session, username="reader")
    assert client.get("/api/session").status_code == 401
    assert client.post("/api/session", json={"username": "reader", "password": PASSWORD}).status_code == 401


@pytest.mark.parametrize("path", ["/api/slides", f"/api/slides/{'0' * 8}-0000-0000-0000-{'0' * 12}", "/api/session"])
def test_strangers_see_nothing(anonymous: TestClient, path: str) -> None:
    assert anonymous.get(path).json() == {"detail": "Please sign in."}
