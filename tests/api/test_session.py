from datetime import timedelta

import pytest
import uvicorn
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from backend.core.settings import Settings
from backend.db.base import utc_now
from backend.db.session import Sessions
from backend.db.tables import AuditEvent, User, UserSession, WrongPasswords
from backend.main import SERVER, create_app
from backend.services import accounts, attempts, passwords
from backend.services.attempts import WITHOUT_WAIT
from tests.factories import PASSWORD, Queue, a_user


def test_signed_in_user_learns_who_they_are_and_what_the_software_is_for(client: TestClient, user: User) -> None:
    session = client.get("/api/session").json()
    assert session["user"] == {
        "id": str(user.id), "username": "reader", "display_name": "Reader", "role": "lead", "site": "main"
    }  # fmt: skip
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


def attempt(browser: TestClient, password: str, username: str = "reader") -> tuple[int, str]:
    answer = browser.post("/api/session", json={"username": username, "password": password})
    return answer.status_code, answer.json().get("detail", "")


@pytest.mark.parametrize("username", ["reader", "nobody"])
def test_whoever_guesses_on_has_to_wait_longer_and_longer_and_names_are_not_told_apart(
    anonymous: TestClient, user: User, sessions: Sessions, username: str
) -> None:
    for _ in range(WITHOUT_WAIT):
        assert attempt(anonymous, "a guess", username)[0] == 401
    assert attempt(anonymous, PASSWORD, f" {username.upper()}") == (
        429, "Too many wrong attempts: please try again in 1 min.",
    )  # fmt: skip
    _later(sessions, minutes=1)
    assert attempt(anonymous, "a guess", username)[0] == 401
    assert attempt(anonymous, PASSWORD, username)[1] == "Too many wrong attempts: please try again in 2 min."
    with sessions() as session:
        noted = session.scalars(select(AuditEvent).where(AuditEvent.action == "user.wrong_password")).all()
    assert [one.subject_id for one in noted] == [user.id if username == "reader" else None] * (WITHOUT_WAIT + 1)


def test_who_waited_signs_in_and_begins_afresh(anonymous: TestClient, user: User, sessions: Sessions) -> None:
    for _ in range(WITHOUT_WAIT):
        attempt(anonymous, "a guess")
    _later(sessions, minutes=1)
    assert attempt(anonymous, PASSWORD)[0] == 200
    assert [attempt(anonymous, "a slip")[0] for _ in range(WITHOUT_WAIT)] == [401] * WITHOUT_WAIT


def test_new_password_from_whoever_runs_the_installation_ends_the_wait(
    anonymous: TestClient, user: User, sessions: Sessions
) -> None:
    for _ in range(WITHOUT_WAIT):
        attempt(anonymous, "a guess")
    with sessions.begin() as session:
        accounts.set_password(session, username="reader", password="another password")
    assert attempt(anonymous, "another password")[0] == 200


def test_one_address_cannot_try_one_name_after_the_other(
    anonymous: TestClient, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "FROM_ONE_SOURCE", 3)
    assert [attempt(anonymous, "a guess", f"name-{number}")[0] for number in range(4)] == [401, 401, 401, 429]
    assert attempt(anonymous, PASSWORD)[0] == 429
    elsewhere = TestClient(anonymous.app, client=("192.0.2.7", 1))
    assert attempt(elsewhere, PASSWORD)[0] == 200


@pytest.mark.parametrize(
    ("trusted", "said"),
    [
        ("127.0.0.1", "{forged}"),  # nobody stands between, and what a client says of itself is not heard
        ("198.51.100.9", "{forged}, 192.0.2.7"),  # the proxy adds whom it has seen to what it was told
    ],
)
def test_nobody_tries_on_under_an_address_that_they_make_up(
    settings: Settings, user: User, queue: Queue, monkeypatch: pytest.MonkeyPatch, trusted: str, said: str
) -> None:
    monkeypatch.setattr(attempts, "FROM_ONE_SOURCE", 3)
    served = uvicorn.Config(create_app(settings), forwarded_allow_ips=trusted, **SERVER)
    served.load()
    client = TestClient(served.loaded_app, client=("198.51.100.9", 1))
    statuses = []
    for number in range(4):
        client.headers["X-Forwarded-For"] = said.format(forged=f"203.0.113.{number}")
        statuses.append(attempt(client, "a guess", f"name-{number}")[0])
    assert statuses == [401, 401, 401, 429]


def test_sign_in_takes_as_long_whoever_it_is_said_to_be(
    anonymous: TestClient, user: User, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sessions.begin() as session:
        a_user(session, "barred")
        accounts.disable_user(session, username="barred")
        a_user(session, "elsewhere").password_hash = ""  # signs in by the provider
    plain, costs = passwords.hashes.verify_and_update, []

    def counted(password: str, kept: str) -> tuple[bool, str | None]:
        costs.append(kept.rpartition("$")[0].rpartition("$")[0])  # the parameters, on which alone the time depends
        return plain(password, kept)

    monkeypatch.setattr(passwords.hashes, "verify_and_update", counted)
    for name in (user.username, "barred", "elsewhere", "nobody"):
        assert attempt(anonymous, "a guess", name)[0] == 401
    assert len(costs) == 4 and len(set(costs)) == 1


def test_sign_in_ends_the_session_that_was_there_and_takes_no_token_from_outside(
    client: TestClient, sessions: Sessions
) -> None:
    before = client.cookies["focusscope_session"]
    assert attempt(client, PASSWORD)[0] == 200
    after = client.cookies["focusscope_session"]
    assert after != before
    client.cookies.set("focusscope_session", before)
    assert client.get("/api/session").status_code == 401
    client.cookies.clear()
    client.cookies.set("focusscope_session", "planted-by-somebody-else")
    assert attempt(client, PASSWORD)[0] == 200
    client.cookies.clear()
    client.cookies.set("focusscope_session", "planted-by-somebody-else")
    assert client.get("/api/session").status_code == 401


def test_cookie_is_for_encrypted_connections_alone_where_there_is_one(anonymous: TestClient, user: User) -> None:
    said = {"username": "reader", "password": PASSWORD}
    over_tls = TestClient(anonymous.app, base_url="https://testserver")
    assert "Secure" in over_tls.post("/api/session", json=said).headers["set-cookie"]
    assert "Secure" not in anonymous.post("/api/session", json=said).headers["set-cookie"]


def test_others_sign_in_while_one_has_to_wait(anonymous: TestClient, user: User, sessions: Sessions) -> None:
    with sessions.begin() as session:
        a_user(session, "other")
    for _ in range(WITHOUT_WAIT + 1):
        attempt(anonymous, "a guess", "other")
    assert attempt(anonymous, PASSWORD)[0] == 200


def _later(sessions: Sessions, **passed: float) -> None:
    """Let time pass."""
    with sessions.begin() as session:
        for one in session.scalars(select(WrongPasswords)):
            one.last_at -= timedelta(**passed)


@pytest.mark.parametrize("path", ["/api/slides", f"/api/slides/{'0' * 8}-0000-0000-0000-{'0' * 12}", "/api/session"])
def test_strangers_see_nothing(anonymous: TestClient, path: str) -> None:
    assert anonymous.get(path).json() == {"detail": "Please sign in."}
