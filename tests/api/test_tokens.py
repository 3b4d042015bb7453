"""Programs that ask with a token."""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from fastapi.testclient import TestClient
from sqlalchemy import select, update

from backend.api.scopes import SCOPES
from backend.api.tilegate import TILE, TileGate
from backend.db.base import utc_now
from backend.db.session import Sessions
from backend.db.tables import ApiToken, AuditEvent, User
from backend.services import accounts
from tests.api.test_access import REFUSED, Place, matrix, place
from tests.api.test_audit import Trail
from tests.factories import PASSWORD

__all__ = ["place"]  # a fixture

TOKENS = "/api/account/tokens"
WANTED = {"password": PASSWORD, "name": "export script", "scopes": ["slides:read"], "days": 30}


def made(client: TestClient, **said: Any) -> dict[str, Any]:
    answer = client.post(TOKENS, json=WANTED | said)
    assert answer.status_code == 201, answer.text
    return cast(dict[str, Any], answer.json())


def program(client: TestClient, token: str) -> TestClient:
    """A program without a cookie that asks with a token."""
    return TestClient(client.app, headers={"Authorization": f"Bearer {token}"}, raise_server_exceptions=False)


def test_token_is_told_once_and_listed_with_its_last_use(client: TestClient, sessions: Sessions) -> None:
    told = made(client)
    assert told["token"].startswith("fs_")
    (listed,) = client.get(TOKENS).json()
    assert (listed["name"], listed["scopes"], listed["last_used_at"]) == ("export script", ["slides:read"], None)
    assert told["token"] not in client.get(TOKENS).text
    assert program(client, told["token"]).get("/api/slides").status_code == 200
    assert client.get(TOKENS).json()[0]["last_used_at"]
    with sessions() as session:
        assert told["token"] not in str([one.__dict__ for one in session.scalars(select(ApiToken))])


def test_token_needs_the_password_a_name_a_scope_and_an_end_within_a_year(client: TestClient) -> None:
    wrong: list[tuple[dict[str, Any], int]] = [
        ({"password": "a guess"}, 403), ({"name": "  "}, 422), ({"scopes": []}, 422), ({"scopes": ["everything"]}, 422),
        ({"days": 366}, 422), ({"days": 0}, 422),
    ]  # fmt: skip
    for said, status in wrong:
        assert client.post(TOKENS, json=WANTED | said).status_code == status, said


def test_token_ends_when_it_is_revoked_too_old_or_its_user_is_barred(
    client: TestClient, sessions: Sessions, user: User
) -> None:
    revoked, old, barred = (made(client) for _ in range(3))
    assert client.delete(f"{TOKENS}/{revoked['id']}").status_code == 204
    with sessions.begin() as session:
        past = utc_now() - timedelta(seconds=1)
        session.execute(update(ApiToken).where(ApiToken.id == UUID(old["id"])).values(expires_at=past))
    asked = [program(client, one["token"]).get("/api/slides").status_code for one in (revoked, old, barred)]
    assert asked == [401, 401, 200]
    with sessions.begin() as session:
        accounts.disable_user(session, username=user.username)
    assert program(client, barred["token"]).get("/api/slides").status_code == 401
    with sessions.begin() as session:
        accounts.enable_user(session, username=user.username, by=user)
    assert program(client, barred["token"]).get("/api/slides").status_code == 401, "nor when they are let in again"


def test_wrong_token_is_refused_though_a_cookie_would_do_and_other_schemes_are_left_alone(client: TestClient) -> None:
    assert client.get("/api/slides", headers={"Authorization": "Bearer fs_guessed"}).status_code == 401
    assert client.get("/api/slides", headers={"Authorization": "Basic cHJveHk6cHJveHk="}).status_code == 200


def test_each_scope_opens_its_addresses_and_nothing_else(place: Place) -> None:
    public = {route for route, row in matrix().items() if row["nobody"] == "yes"}
    for scope in SCOPES:
        place.act_as("admin")
        place.with_token(made(place.client, scopes=[scope])["token"])
        said = {route: place.ask(route, None) for route in matrix() if route not in public}
        opened = {route for route, status in said.items() if status not in (401, 403)}
        assert opened == {f"{one.replace(' /', ' /api/')}" for one in SCOPES[scope]}, scope
        assert {status for route, status in said.items() if "/account" in route or "/signature" in route[-10:]} <= {
            401, 403
        }  # fmt: skip


def test_token_never_can_more_than_its_user(place: Place) -> None:
    place.act_as("viewer")
    place.with_token(made(place.client, scopes=list(SCOPES))["token"])
    for one in [route for routes in SCOPES.values() for route in routes]:
        route = one.replace(" /", " /api/")
        expected = matrix()[route]["viewer"]
        status = place.ask(route, None)
        assert expected == (str(status) if status in REFUSED else "yes"), route


def test_what_a_token_does_and_sees_is_noted_with_its_id(place: Place) -> None:
    place.act_as("lead")
    token = made(place.client, scopes=["slides:read", "slides:write", "reports:read"])
    asks, told = program(place.client, token["token"]), Trail(place.sessions)
    review = f"/api/analyses/{place.analysis}/review"
    tile = TILE.replace(":uuid", "").replace(":int", "").format(slide_id=place.slide, dz_level=0, column=0, row=0)
    cast(TileGate, place.client.app).app.state.looks.forget()
    assert asks.get(tile).status_code == 200
    assert asks.get("/api/worklist").status_code == 200
    assert asks.get(f"{review}/report/csv").status_code == 200
    assert asks.post("/api/cases", json={"pseudonym": "SG-0050"}).status_code == 201
    file = {"Upload-Length": "5", "Upload-Metadata": "filename Z2xhbmQudGlmZg==", "Tus-Resumable": "1.0.0"}
    assert asks.post("/api/uploads", headers=file).status_code == 201
    noted = [(one.action, (one.after or {}).get("token_id")) for one in told.new()]
    actions = ("slide.view", "worklist.view", "analysis.report", "case.create", "upload.begin")
    assert noted == [(action, token["id"]) for action in actions]
    with place.sessions() as session:
        kept = session.scalars(select(AuditEvent).where(AuditEvent.action == "token.make")).one()
        assert (kept.subject_id, kept.actor_id) == (UUID(token["id"]), place.people["lead"])
