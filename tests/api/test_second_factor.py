"""Signing in with a code of an authenticator app."""

import json
import logging
import stat
from datetime import datetime, timedelta
from typing import cast

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from pyotp import TOTP
from sqlalchemy import select

from backend.core.settings import Settings
from backend.core.vault import Vault
from backend.db.session import Sessions
from backend.db.tables import AuditEvent, SecondFactor, User
from backend.main import create_app
from backend.services import second_factors
from backend.services.attempts import WITHOUT_WAIT
from tests.api.test_access import Place, matrix, place
from tests.api.test_session import _later
from tests.api.test_tokens import made, program
from tests.factories import PASSWORD, a_user

__all__ = ["place"]  # a fixture

ACCOUNT = "/api/account/second-factor"


class Clock:
    """The time as server and app have it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime.fromisoformat("2026-03-01T12:00:00+00:00")
        monkeypatch.setattr(second_factors, "utc_now", lambda: self.now)

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


class App:
    """Somebody's authenticator app, and their recovery codes."""

    def __init__(self, client: TestClient, clock: Clock) -> None:
        self._clock = clock
        self._totp = TOTP(begun(client)["secret"])
        answer = client.post(f"{ACCOUNT}/confirm", json={"code": self.code()})
        assert answer.status_code == 200, answer.text
        self.recovery: list[str] = answer.json()["codes"]

    def code(self, slow_s: int = 0) -> str:
        return self._totp.at(self._clock.now - timedelta(seconds=slow_s))

    def next_code(self) -> str:
        self._clock.pass_by(30)
        return self.code()


def begun(client: TestClient) -> dict[str, str]:
    answer = client.post(ACCOUNT, json={"password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return cast(dict[str, str], answer.json())


@pytest.fixture
def app(client: TestClient, clock: Clock) -> App:
    return App(client, clock)


@pytest.fixture
def browser(client: TestClient, app: App) -> TestClient:
    """Another browser of the user with the app."""
    return TestClient(client.app, raise_server_exceptions=False)


def attempt(browser: TestClient, code: str | None = None, password: str = PASSWORD) -> Response:
    said = {"username": "reader", "password": password} | ({"code": code} if code is not None else {})
    answer: Response = browser.post("/api/session", json=said)
    return answer


def test_sign_in_asks_for_the_code_after_the_password_and_opens_nothing_before(app: App, browser: TestClient) -> None:
    answer = attempt(browser)
    assert (answer.status_code, answer.json(), dict(browser.cookies)) == (202, {"needs": "code"}, {})
    assert attempt(browser, app.next_code(), password="a guess").status_code == 401
    assert attempt(browser, app.next_code()).status_code == 200
    assert browser.get("/api/slides").status_code == 200


def test_code_is_good_once_and_a_clock_may_be_half_a_minute_off(app: App, browser: TestClient, clock: Clock) -> None:
    code = app.next_code()
    assert [attempt(browser, code).status_code for _ in range(2)] == [200, 403]
    clock.pass_by(30)
    assert attempt(browser, code).status_code == 403, "nor a moment later"
    clock.pass_by(60)
    assert attempt(browser, app.code(slow_s=60)).status_code == 403
    assert attempt(browser, f" {app.code(slow_s=30)[:3]} {app.code(slow_s=30)[3:]}").status_code == 200
    assert attempt(browser, app.code(slow_s=-30)).status_code == 200
    assert attempt(browser, app.code()).status_code == 403, "an earlier one than was used is good no more"


def test_whoever_guesses_codes_has_to_wait_and_the_password_goes_on_to_be_asked(
    app: App, browser: TestClient, sessions: Sessions, user: User
) -> None:
    wrong = f"{(int(app.next_code()) + 1) % 10**6:06}"
    assert [attempt(browser, wrong).status_code for _ in range(WITHOUT_WAIT)] == [403] * WITHOUT_WAIT
    assert attempt(browser, app.code()).status_code == 429
    assert attempt(browser).status_code == 202
    _later(sessions, minutes=2)
    assert attempt(browser, app.code()).status_code == 200
    with sessions() as session:
        noted = session.scalars(select(AuditEvent.action).where(AuditEvent.subject_id == user.id)).all()
    assert (noted.count("user.wrong_code"), noted.count("user.turned_away")) == (WITHOUT_WAIT, 1)


def test_recovery_code_opens_once_and_new_ones_replace_those_that_are_left(
    app: App, browser: TestClient, client: TestClient
) -> None:
    assert attempt(browser, app.recovery[0].upper()).status_code == 200
    assert attempt(browser, app.recovery[0]).status_code == 403
    state = client.get(ACCOUNT).json()
    assert (state["recovery_codes_left"], state["is_required"], bool(state["since"])) == (9, False, True)
    asked = {"password": PASSWORD, "code": app.next_code()}
    assert client.post(f"{ACCOUNT}/recovery-codes", json=asked | {"password": "a guess"}).status_code == 403
    fresh = client.post(f"{ACCOUNT}/recovery-codes", json=asked).json()["codes"]
    assert attempt(browser, app.recovery[1]).status_code == 403
    assert attempt(browser, fresh[0]).status_code == 200


def test_setting_up_asks_for_the_password_and_counts_once_a_code_was_right(client: TestClient, clock: Clock) -> None:
    other = TestClient(client.app)
    assert attempt(other).status_code == 200
    assert client.post(ACCOUNT, json={"password": "a guess"}).status_code == 403
    assert client.post(f"{ACCOUNT}/confirm", json={"code": "123456"}).status_code == 409
    told = begun(client)
    assert told["qr"].startswith("data:image/svg+xml")
    assert client.post(f"{ACCOUNT}/confirm", json={"code": "not one"}).status_code == 403
    assert attempt(other).status_code == 200, "it does not count yet"
    assert client.post(f"{ACCOUNT}/confirm", json={"code": TOTP(told["secret"]).at(clock.now)}).status_code == 200
    assert [one.get("/api/session").status_code for one in (client, other)] == [200, 401]
    assert client.post(ACCOUNT, json={"password": PASSWORD}).status_code == 409


def test_turning_it_off_asks_for_password_and_code(app: App, client: TestClient, browser: TestClient) -> None:
    right = {"password": PASSWORD, "code": app.next_code()}
    for wrong in ({"password": "a guess"}, {"code": "not one"}):
        assert client.post(f"{ACCOUNT}/remove", json=right | wrong).status_code == 403
    assert client.post(f"{ACCOUNT}/remove", json=right).status_code == 204
    assert attempt(browser).status_code == 200


def test_secret_is_told_once_and_stands_in_no_row_event_or_log(
    client: TestClient, sessions: Sessions, settings: Settings, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = begun(client)
    codes = client.post(f"{ACCOUNT}/confirm", json={"code": TOTP(told["secret"]).at(clock.now)}).json()["codes"]
    with sessions() as session:
        row = session.scalars(select(SecondFactor)).one()
        said = json.dumps([row.sealed_secret, row.recovery_sha256, [
            [one.before, one.after] for one in session.scalars(select(AuditEvent))
        ]]) + caplog.text + client.get(ACCOUNT).text  # fmt: skip
    assert not [one for one in (told["secret"], *codes) if one in said or one.replace("-", "") in said]
    assert Vault(settings).open(row.sealed_secret, purpose=second_factors.PURPOSE) == told["secret"]
    assert stat.S_IMODE((settings.data_dir / "secret.key").stat().st_mode) == 0o600


def test_without_its_secret_the_installation_says_what_to_do(app: App, browser: TestClient, settings: Settings) -> None:
    (settings.data_dir / "secret.key").write_text("another" * 8)
    answer = attempt(browser, app.next_code())
    assert answer.status_code == 409 and "ask an admin to reset" in answer.json()["detail"]


def test_admin_resets_the_second_factor_of_whoever_lost_it_and_not_their_own(
    app: App, client: TestClient, browser: TestClient, sessions: Sessions, user: User
) -> None:
    with sessions.begin() as session:
        boss = a_user(session, "boss", role="admin")
    admin = TestClient(client.app)
    admin.post("/api/session", json={"username": "boss", "password": PASSWORD})
    asks = program(client, made(client)["token"])
    assert asks.get("/api/slides").status_code == 200
    people = {one["username"]: one["has_second_factor"] for one in admin.get("/api/people").json()}
    assert people == {"boss": False, "reader": True}
    assert admin.delete(f"/api/people/{user.id}/second-factor").status_code == 204
    assert admin.delete(f"/api/people/{user.id}/second-factor").status_code == 404
    assert admin.delete(f"/api/people/{boss.id}/second-factor").status_code == 409
    assert client.get("/api/session").status_code == 401
    assert asks.get("/api/slides").status_code == 401, "nor do programs go on in their name"
    assert attempt(browser).status_code == 200
    with sessions() as session:
        wanted = AuditEvent.action.in_(("user.reset_second_factor", "token.revoke_all"))
        noted = session.scalars(select(AuditEvent).where(wanted)).all()
    assert {(one.actor_id, one.subject_id) for one in noted} == {(boss.id, user.id)} and len(noted) == 2


FREE = {"GET /api/health", "GET /api/openapi.json", "POST /api/session", "GET /api/session", "DELETE /api/session"}
"""What whoever must have a second factor and has none may do beside setting it up."""


def test_who_must_have_one_sets_it_up_and_can_do_nothing_else_before(
    place: Place, settings: Settings, clock: Clock
) -> None:
    strict = settings.model_copy(update={"second_factor": "leads"})
    with TestClient(create_app(strict), raise_server_exceptions=False) as client:
        place.client = client
        refused: dict[str, int] = {}
        rows = matrix()
        for route in rows:
            if rows[route]["nobody"] == "401" and route not in FREE and ACCOUNT not in route:
                refused[route] = place.ask(route, "lead")
        assert {route for route, status in refused.items() if status != 403} == set()
        assert place.ask("GET /api/slides", "reader") == 200, "readers need none"
        place.act_as("lead")
        said = client.get("/api/session").json()
        assert said["needs_second_factor"] and client.get(ACCOUNT).json()["is_required"]
        App(client, clock)
        assert not client.get("/api/session").json()["needs_second_factor"]
        assert client.get(f"/api/slides/{place.slide}").status_code == 200


def test_who_knew_the_session_before_the_second_factor_changed_is_out(client: TestClient, clock: Clock) -> None:
    def cookie() -> str:
        return str(client.cookies["focusscope_session"])

    known = [cookie()]
    app = App(client, clock)
    for change in ("recovery-codes", "remove"):
        known.append(cookie())
        said = {"password": PASSWORD, "code": app.next_code()}
        assert client.post(f"{ACCOUNT}/{change}", json=said).is_success
    now = cookie()
    client.cookies.clear()
    sent = [{"Cookie": f"focusscope_session={one}"} for one in (*known, now)]
    assert [client.get("/api/session", headers=one).status_code for one in sent] == [401, 401, 401, 200]
